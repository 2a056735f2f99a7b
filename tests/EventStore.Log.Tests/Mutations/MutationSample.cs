using System.Text;
using EventStore.Log.Documents;
using EventStore.Log.Mutations;
using EventStore.Mendoza;

namespace EventStore.Log.Tests.Mutations;

/// <summary>Runs mutations written as JSON against documents written as JSON.</summary>
internal static class MutationSample
{
    public static readonly DateTimeOffset Time = new(2026, 2, 7, 15, 44, 58, 172, TimeSpan.Zero);

    public static ReadOnlyMemory<byte> Canonical(string json) =>
        CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(json), JsonLimits.Default);

    public static string Text(ReadOnlyMemory<byte> json) => Encoding.UTF8.GetString(json.Span);

    public static IReadOnlyList<Mutation> Parse(string mutations, bool generateKeys = false) =>
        MutationParser.Parse(Canonical(mutations), new MutationParseOptions(generateKeys), new CountingIdentifiers());

    public static IReadOnlyList<DocumentChange> Evaluate(
        string mutations, params (string Document, string Revision)[] stored)
    {
        var states = stored.ToDictionary(
            item => DocumentContent.ReadString(Canonical(item.Document).Span, "_id"u8)!,
            item => new DocumentState(Canonical(item.Document), item.Revision));
        return MutationEvaluator.Evaluate(
            Parse(mutations), id => states.GetValueOrDefault(id.Value), Time, "tx");
    }

    /// <summary>The document after one patch, without the time that the patch sets.</summary>
    public static string Patch(string document, string operations)
    {
        var patch = operations.Trim() == "{}" ? "{\"id\":\"d\"}" : "{\"id\":\"d\"," + operations.Trim()[1..];
        var whole = document.Trim() == "{}"
            ? "{\"_id\":\"d\",\"_type\":\"t\"}"
            : "{\"_id\":\"d\",\"_type\":\"t\"," + document.Trim()[1..];
        var change = Evaluate($"[{{\"patch\":{patch}}}]", (whole, "r1")).Single();
        var after = Text(change.After)
            .Replace("\"_createdAt\":\"2026-02-07T15:44:58Z\",", "")
            .Replace(",\"_updatedAt\":\"2026-02-07T15:44:58Z\"", "")
            .Replace("\"_id\":\"d\",\"_type\":\"t\",", "")
            .Replace("\"_id\":\"d\",\"_type\":\"t\"", "");
        return after;
    }

    public static IReadOnlyList<(int Index, MutationError Error)> Errors(Action action) =>
        Should.Throw<MutationException>(action).Items;

    private sealed class CountingIdentifiers : IIdentifierSource
    {
        private int _count;

        public string NewDocumentId() => $"new{++_count}";

        public string NewTransactionId() => $"tx{++_count}";

        public string NewArrayKey() => $"k{++_count}";
    }
}
