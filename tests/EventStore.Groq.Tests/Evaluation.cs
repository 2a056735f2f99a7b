using System.Buffers;
using System.Text;

namespace EventStore.Groq.Tests;

/// <summary>Runs queries over documents in memory.</summary>
internal static class Evaluation
{
    public static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static string Run(GroqQuery query, IEnumerable<byte[]> documents, GroqLimits? limits = null)
    {
        var output = new ArrayBufferWriter<byte>();
        query.Evaluate(Context(documents, limits), output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    public static string Run(string query, params string[] documents) =>
        Run(GroqQuery.Parse(query), documents.Select(Encoding.UTF8.GetBytes));

    public static GroqContext Context(IEnumerable<byte[]> documents, GroqLimits? limits = null) => new()
    {
        Dataset = new GroqMemoryDataset(documents.Select(document => new GroqDocument(document))),
        Now = Now,
        Identity = "me",
        Limits = limits ?? GroqLimits.Default,
    };
}
