using System.Globalization;
using System.Text;
using EventStore.Benchmarks.Articles;

namespace EventStore.Benchmarks.Queries;

/// <summary>
/// Very many small documents of ten types, from one seed: their ids are in no order, their dates are strings that rarely
/// repeat, and one in two of them refers to another.
/// </summary>
internal sealed class MillionDocuments(int count)
{
    public const int Types = 10;

    private const int Seed = 20261121;
    private const int DocumentsPerTransaction = 100;

    public int Count => count;

    public static string Type(int number) => $"kind{number % Types}";

    /// <summary>Spreads neighbours over all ids.</summary>
    public static string Id(int number) => string.Create(
        CultureInfo.InvariantCulture, $"{(uint)number * 2654435761u:x8}-{number:x6}");

    /// <summary>Each document by itself, always the same.</summary>
    public IEnumerable<(string Id, string Type, string Json)> Read()
    {
        var random = new Random(Seed);
        var prose = new Prose(random);
        for (var number = 0; number < count; number++)
        {
            yield return (Id(number), Type(number), Document(number, random, prose));
        }
    }

    /// <summary>Writes them as a history to import.</summary>
    public void WriteHistory(string path)
    {
        var start = new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using var output = new StreamWriter(path, append: false, new UTF8Encoding(false), 1 << 20);
        foreach (var (chunk, index) in Read().Chunk(DocumentsPerTransaction).Select((chunk, index) => (chunk, index)))
        {
            var time = start.AddSeconds(index).ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);
            var creations = string.Join(',', chunk.Select(document => $$"""{"create":{{document.Json}}}"""));
            output.Write(string.Create(
                CultureInfo.InvariantCulture,
                $$"""{"id":"import-{{index}}","timestamp":"{{time}}","author":"benchmark","mutations":[{{creations}}]}"""));
            output.Write('\n');
        }
    }

    private string Document(int number, Random random, Prose prose)
    {
        var date = new DateTime(2015, 1, 1).AddSeconds(random.Next(300_000_000));
        var reference = random.Next(2) == 0
            ? $$""","author":{"_ref":"{{Id(random.Next(count))}}","_type":"reference","_weak":true}"""
            : "";
        var price = (random.Next(100, 1_000_000) / 100m).ToString(CultureInfo.InvariantCulture);
        return $$"""{"_id":"{{Id(number)}}","_type":"{{Type(number)}}"{{reference}},""" +
            $"\"date\":\"{date:yyyy-MM-ddTHH:mm:ssZ}\",\"price\":{price}," +
            $"\"slug\":{{\"_type\":\"slug\",\"current\":\"{prose.Word()}-{number}\"}}," +
            $"\"text\":\"{prose.Sentences(2)}\",\"title\":\"{prose.Title()}\"}}";
    }
}
