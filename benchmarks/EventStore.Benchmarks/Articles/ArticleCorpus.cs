using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventStore.Mendoza;

namespace EventStore.Benchmarks.Articles;

/// <summary>
/// The documents that all benchmarks of the diff format work on: the same on every machine, from one seed.
/// </summary>
internal sealed class ArticleCorpus
{
    public const int Articles = 200;
    public const int Revisions = 10;
    public const int Pairs = Articles * Revisions;
    public const int Documents = Articles * (Revisions + 1);

    private const int Seed = 20261121;

    // JavaScript's JSON.stringify, which clients send with, escapes no more than JSON demands.
    private static readonly JsonSerializerOptions AsClientsSend =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly Lazy<ArticleCorpus> Generated = new(() => new ArticleCorpus());

    private ArticleCorpus()
    {
        var random = new Random(Seed);
        var prose = new Prose(random);
        var blocks = new ArticleBlocks(random, prose);
        var generator = new ArticleGenerator(random, prose, blocks);
        var editor = new ArticleEditor(random, prose, blocks);
        for (var number = 0; number < Articles; number++)
        {
            var article = generator.Create(number);
            var submitted = new byte[Revisions + 1][];
            submitted[0] = Print(article);
            for (var revision = 1; revision <= Revisions; revision++)
            {
                editor.Revise(article);
                submitted[revision] = Print(article);
            }

            Submitted[number] = submitted;
            Canonical[number] = [.. submitted.Select(text => CanonicalJson.Canonicalize(text, JsonLimits.Default))];
        }

        Digest = ComputeDigest();
    }

    public static ArticleCorpus Instance => Generated.Value;

    /// <summary>
    /// By article, then by revision: the created document and its ten revisions, fields as a client orders them.
    /// </summary>
    public byte[][][] Submitted { get; } = new byte[Articles][][];

    /// <summary>The same in canonical form.</summary>
    public byte[][][] Canonical { get; } = new byte[Articles][][];

    /// <summary>Names the data: two runs with the same digest worked on the same bytes.</summary>
    public string Digest { get; }

    public double MeanBytes => Canonical.SelectMany(article => article).Average(document => document.Length);

    public string Description => string.Create(
        CultureInfo.InvariantCulture,
        $"{Articles} generated articles of Portable Text with {Revisions} revisions each, mean {MeanBytes:n0} bytes, "
        + $"`sha256:{Digest[..16]}`");

    /// <summary>Each document with the next revision of it.</summary>
    public IEnumerable<(byte[] Left, byte[] Right)> EnumeratePairs() =>
        Canonical.SelectMany(article => article.Zip(article.Skip(1)));

    private static byte[] Print(JsonObject article) => Encoding.UTF8.GetBytes(article.ToJsonString(AsClientsSend));

    private string ComputeDigest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var document in Submitted.SelectMany(article => article))
        {
            hash.AppendData(document);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
