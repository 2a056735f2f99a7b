using System.Globalization;
using System.Security.Cryptography;
using EventStore.Mendoza;

namespace EventStore.Benchmarks.Articles;

/// <summary>
/// The documents that the small pieces are measured on: the same on every machine, from one seed.
/// </summary>
internal sealed class ArticleCorpus
{
    public const int Articles = 200;
    public const int Revisions = 10;
    public const int Pairs = Articles * Revisions;
    public const int Documents = Articles * (Revisions + 1);

    private static readonly Lazy<ArticleCorpus> Generated = new(() => new ArticleCorpus());

    private ArticleCorpus()
    {
        Submitted = [.. ArticleHistory.Enumerate(Articles, Revisions)];
        Canonical =
        [
            .. Submitted.Select(article =>
                article.Select(text => CanonicalJson.Canonicalize(text, JsonLimits.Default)).ToArray()),
        ];
        Digest = ComputeDigest();
    }

    public static ArticleCorpus Instance => Generated.Value;

    /// <summary>
    /// By article, then by revision: the created document and its ten revisions, fields as a client orders them.
    /// </summary>
    public byte[][][] Submitted { get; }

    /// <summary>The same in canonical form.</summary>
    public byte[][][] Canonical { get; }

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
