using System.Runtime.InteropServices;
using System.Text.Json;
using EventStore.Testing;

namespace EventStore.Benchmarks.Workload;

/// <summary>Reads an edit history, transaction by transaction.</summary>
internal static class WorkloadReader
{
    private const int FirstBuffer = 1024 * 1024;

    /// <summary>Reads a workload of the shared folder.</summary>
    public static IEnumerable<WorkloadTransaction> Read(string workload, int? mostTransactions) =>
        Parse(ReadLines(workload, mostTransactions));

    /// <summary>Its lines without their ends. Each is valid until the next.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> ReadLines(string workload, int? mostTransactions)
    {
        using var stream = Workloads.Open(workload + ".ndjson.zst");
        foreach (var line in ReadLines(stream).Take(mostTransactions ?? int.MaxValue))
        {
            yield return line;
        }
    }

    /// <summary>The lines of an uncompressed file. Each is valid until the next.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> ReadLinesOf(string path)
    {
        using var stream = File.OpenRead(path);
        foreach (var line in ReadLines(stream))
        {
            yield return line;
        }
    }

    /// <summary>Parses lines of transactions.</summary>
    public static IEnumerable<WorkloadTransaction> Parse(IEnumerable<ReadOnlyMemory<byte>> lines)
    {
        var number = 0;
        var last = default(DateTimeOffset);
        foreach (var line in lines)
        {
            using var document = JsonDocument.Parse(line, new() { MaxDepth = 1000 });
            var root = document.RootElement;
            var time = root.GetProperty("timestamp").GetDateTimeOffset();
            last = time > last ? time : last.AddMicroseconds(1);
            var versions = new Dictionary<string, DocumentVersion>(StringComparer.Ordinal);
            foreach (var mutation in root.GetProperty("mutations").EnumerateArray())
            {
                var version = ReadVersion(mutation);
                versions[version.DocumentId] = version;
            }

            yield return new(
                ++number,
                root.GetProperty("id").GetString()!,
                time,
                root.GetProperty("author").GetString()!,
                [.. versions.Values])
            {
                DistinctTime = last,
            };
        }
    }

    private static DocumentVersion ReadVersion(JsonElement mutation)
    {
        if (mutation.TryGetProperty("createOrReplace", out var content))
        {
            return new(content.GetProperty("_id").GetString()!, JsonMarshal.GetRawUtf8Value(content).ToArray());
        }

        return new(mutation.GetProperty("delete").GetProperty("id").GetString()!, null);
    }

    private static IEnumerable<ReadOnlyMemory<byte>> ReadLines(Stream stream)
    {
        var buffer = new byte[FirstBuffer];
        var start = 0;
        var end = 0;
        while (true)
        {
            var length = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            if (length >= 0)
            {
                yield return buffer.AsMemory(start, length);
                start += length + 1;
                continue;
            }

            // What is left of an unfinished line moves to the front, or into a larger buffer when it fills this one.
            var target = start == 0 && end == buffer.Length ? new byte[buffer.Length * 2] : buffer;
            buffer.AsSpan(start, end - start).CopyTo(target);
            end -= start;
            start = 0;
            buffer = target;
            var read = stream.Read(buffer, end, buffer.Length - end);
            if (read == 0)
            {
                if (end > 0)
                {
                    yield return buffer.AsMemory(0, end);
                }

                yield break;
            }

            end += read;
        }
    }
}
