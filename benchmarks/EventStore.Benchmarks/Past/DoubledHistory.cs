using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using EventStore.Benchmarks.Workload;

namespace EventStore.Benchmarks.Past;

/// <summary>A history that happens twice and so ends as it did the first time.</summary>
internal static class DoubledHistory
{
    /// <returns>The path of a file of transactions.</returns>
    public static string Write(WorkloadFile workload, string folder)
    {
        var path = Path.Combine(folder, "doubled.ndjson");
        var last = workload.InstantAt(1).Time;
        using var output = File.Create(path);
        foreach (var line in WorkloadReader.ReadLinesOf(workload.Path))
        {
            output.Write(line.Span);
            output.WriteByte((byte)'\n');
        }

        DateTimeOffset? first = null;
        foreach (var line in WorkloadReader.ReadLinesOf(workload.Path))
        {
            using var transaction = JsonDocument.Parse(line, new() { MaxDepth = 1000 });
            var root = transaction.RootElement;
            var time = root.GetProperty("timestamp").GetDateTimeOffset();
            first ??= time;
            var later = last.AddSeconds(1) + (time - first.Value);
            output.Write(Encoding.UTF8.GetBytes(string.Create(
                CultureInfo.InvariantCulture,
                $"{{\"id\":\"{root.GetProperty("id").GetString()}-2\","
                + $"\"timestamp\":\"{later.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}\","
                + $"\"author\":\"{root.GetProperty("author").GetString()}\",\"mutations\":")));
            output.Write(JsonMarshal.GetRawUtf8Value(root.GetProperty("mutations")));
            output.Write("}\n"u8);
        }

        return path;
    }
}
