using System.Globalization;

namespace EventStore.Benchmarks.Copies;

/// <summary>A generated history: small documents that are edited at random, one a transaction.</summary>
internal static class EditedThings
{
    private const int Seed = 7;
    private const int RevisionsOfDocument = 40;
    private const int SecondsApart = 20;

    /// <summary>Writes it as transactions to import.</summary>
    public static void Write(string file, int transactions)
    {
        var random = new Random(Seed);
        var documents = Math.Max(1, transactions / RevisionsOfDocument);
        var started = new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        using var writer = new StreamWriter(file);
        for (var number = 1; number <= transactions; number++)
        {
            var document = number <= documents ? number : random.Next(1, documents + 1);
            var time = started.AddSeconds((long)number * SecondsApart).ToString("s", CultureInfo.InvariantCulture);
            var content = string.Create(
                CultureInfo.InvariantCulture,
                $"""
                "title":"Thing number {document}","count":{number},"url":"https://example.org/{random.Next()}",
                """);
            writer.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $$$"""
                {"id":"t{{{number}}}","timestamp":"{{{time}}}Z","author":"a{{{number % 50}}}",
                """)
                + string.Create(
                    CultureInfo.InvariantCulture,
                    $$$"""
                    "mutations":[{"createOrReplace":{"_id":"thing-{{{document}}}","_type":"thing",
                    """)
                + content
                + $$$"""
                  "hash":"{{{random.NextInt64():x16}}}","tags":["a","b"]} }]}
                  """);
        }
    }
}
