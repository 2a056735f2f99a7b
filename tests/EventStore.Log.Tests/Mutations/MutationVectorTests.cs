using System.IO.Compression;
using System.Text;
using System.Text.Json;
using EventStore.Log.Documents;
using EventStore.Log.Mutations;
using static EventStore.Log.Tests.Mutations.MutationSample;

namespace EventStore.Log.Tests.Mutations;

/// <summary>What the public mutator package does with random patches; made by <c>npm/generate.mjs</c>.</summary>
public sealed class MutationVectorTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "fixtures", "mutations");

    [Fact]
    public void Patches_give_what_the_public_package_gives()
    {
        var differences = new List<string>();
        var count = 0;
        using var file = File.OpenRead(Path.Combine(Folder, "agreed.ndjson.gz"));
        using var lines = new StreamReader(new GZipStream(file, CompressionMode.Decompress), Encoding.UTF8);
        while (lines.ReadLine() is { } line)
        {
            count++;
            using var vector = JsonDocument.Parse(line);
            var expected = Expected(vector.RootElement);
            var actual = Outcome(vector.RootElement);
            if (actual != expected)
            {
                var same = expected.AsSpan().CommonPrefixLength(actual);
                differences.Add($"line {count}: {vector.RootElement.GetProperty("patch").GetRawText()}\n"
                    + $"  expected …{expected[Math.Max(0, same - 60)..Math.Min(expected.Length, same + 60)]}\n"
                    + $"  actual   …{actual[Math.Max(0, same - 60)..Math.Min(actual.Length, same + 60)]}");
            }
        }

        count.ShouldBeGreaterThan(6000);
        string.Join('\n', differences.Take(20)).ShouldBeEmpty($"{differences.Count} of {count} differ");
    }

    [Fact]
    public void Patches_of_the_differing_kinds_give_what_is_written_down()
    {
        var kinds = new HashSet<string>();
        var differences = new List<string>();
        foreach (var line in File.ReadLines(Path.Combine(Folder, "differing.ndjson")))
        {
            using var vector = JsonDocument.Parse(line);
            var root = vector.RootElement;
            kinds.Add(root.GetProperty("kind").GetString()!);
            var (actual, expected) = (Outcome(root), Expected(root.GetProperty("expected")));
            if (actual != expected || expected == Expected(root.GetProperty("npm")))
            {
                differences.Add($"{line}\n  actual {actual}");
            }
        }

        string.Join('\n', differences).ShouldBeEmpty();

        kinds.Count.ShouldBeGreaterThan(10);
    }

    private static string Expected(JsonElement outcome) =>
        outcome.TryGetProperty("result", out var result) ? result.GetRawText() : "throws";

    /// <summary>The document after the patch, with the time of the update taken back; "throws" for a validation
    /// error.</summary>
    private static string Outcome(JsonElement vector)
    {
        var document = Encoding.UTF8.GetBytes(vector.GetProperty("document").GetRawText());
        var patch = vector.GetProperty("patch").GetRawText();
        var mutation = Canonical($"[{{\"patch\":{(patch == "{}" ? "{" : patch[..^1] + ",")}\"id\":\"d\"}}}}]");
        try
        {
            var parsed = MutationParser.Parse(mutation, new MutationParseOptions(false), NoIdentifiers.Instance);
            var change = MutationEvaluator.Evaluate(parsed, _ => new DocumentState(document, "r1"), Time, "tx").Single();
            return WithoutNewTimes(document, change.After);
        }
        catch (MutationException exception)
        {
            exception.Items.ShouldAllBe(item => item.Error.Type == MutationErrorType.Validation);
            return "throws";
        }
    }

    private static string WithoutNewTimes(byte[] before, ReadOnlyMemory<byte> after)
    {
        var text = Text(after);
        return DocumentContent.ReadString(before, "_updatedAt"u8) is { } updatedAt
            ? text.Replace("\"_updatedAt\":\"2026-02-07T15:44:58Z\"", $"\"_updatedAt\":\"{updatedAt}\"")
            : text.Replace("\"_createdAt\":\"2026-02-07T15:44:58Z\",", "")
                .Replace(",\"_updatedAt\":\"2026-02-07T15:44:58Z\"", "");
    }

    private sealed class NoIdentifiers : IIdentifierSource
    {
        public static readonly NoIdentifiers Instance = new();

        public string NewDocumentId() => throw new NotSupportedException();

        public string NewTransactionId() => throw new NotSupportedException();

        public string NewArrayKey() => throw new NotSupportedException();
    }
}
