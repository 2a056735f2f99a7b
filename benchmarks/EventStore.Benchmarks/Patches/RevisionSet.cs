using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using EventStore.Benchmarks.Articles;
using EventStore.Benchmarks.Workload;
using EventStore.Mendoza;

namespace EventStore.Benchmarks.Patches;

/// <summary>Revisions of documents, the same bytes for both sides of a comparison.</summary>
internal sealed class RevisionSet
{
    private RevisionSet(string name, string title, IReadOnlyList<RevisionChain> chains)
    {
        Name = name;
        Title = title;
        Chains = chains;
    }

    /// <summary>Of its files.</summary>
    public string Name { get; }

    /// <summary>As a table calls it.</summary>
    public string Title { get; }

    public IReadOnlyList<RevisionChain> Chains { get; }

    public int Pairs => Chains.Sum(chain => chain.Patches.Length);

    public double MeanBytes => Chains.Average(chain => chain.Documents.Average(document => document.Length));

    public string Description
    {
        get
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (var document in Chains.SelectMany(chain => chain.Documents))
            {
                hash.AppendData(document);
            }

            var digest = Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{Title}: {Pairs:n0} pairs of {Chains.Count:n0} documents, mean {MeanBytes:n0} bytes, "
                + $"`sha256:{digest}`");
        }
    }

    public static RevisionSet OfArticles(int articles, int revisions) => new(
        "articles",
        "articles",
        [.. ArticleHistory.Enumerate(articles, revisions).Select(article => Diffed(article.Select(Canonical)))]);

    /// <summary>
    /// The recorded pairs of the reference differ, with its own patches. Left out are those its npm patcher gets
    /// wrong.
    /// </summary>
    /// <param name="vectors">The file of vectors, see FORMAT.md.</param>
    /// <param name="most">How many to take.</param>
    public static RevisionSet OfVectors(string vectors, int most) => new(
        "vectors",
        "vectors",
        [
            .. ReferenceVector.Read(vectors)
                .Where(vector => vector.IsRightInJavaScript)
                .Take(most)
                .Select(vector => new RevisionChain([vector.Left, vector.Right], [vector.Apply])),
        ]);

    /// <summary>Every pair of successive revisions in an edit history; needs room for all of it.</summary>
    public static RevisionSet OfWorkload(string workload, int? mostTransactions)
    {
        var chains = new Dictionary<string, List<byte[]>>(StringComparer.Ordinal);
        var closed = new List<List<byte[]>>();
        foreach (var transaction in WorkloadReader.Read(workload, mostTransactions))
        {
            foreach (var change in transaction.Versions)
            {
                if (change.Content is not { } content)
                {
                    // What is created again after a deletion has nothing to be diffed with.
                    if (chains.Remove(change.DocumentId, out var ended))
                    {
                        closed.Add(ended);
                    }
                }
                else if (chains.TryGetValue(change.DocumentId, out var chain))
                {
                    chain.Add(Canonical(content));
                }
                else
                {
                    chains.Add(change.DocumentId, [Canonical(content)]);
                }
            }
        }

        var edited = closed.Concat(chains.Values).Where(chain => chain.Count > 1);
        return new(workload, workload, [.. edited.Select(Diffed)]);
    }

    /// <summary>Writes what the npm side reads: all texts one after the other, and their lengths by chain.</summary>
    public void WriteTo(string folder)
    {
        using var documents = File.Create(Path.Combine(folder, Name + ".documents"));
        using var patches = File.Create(Path.Combine(folder, Name + ".patches"));
        foreach (var chain in Chains)
        {
            WriteAll(documents, chain.Documents);
            WriteAll(patches, chain.Patches);
        }

        var lengths = Chains.Select(chain => new[]
        {
            chain.Documents.Select(text => text.Length).ToArray(),
            chain.Patches.Select(text => text.Length).ToArray(),
        });
        File.WriteAllText(Path.Combine(folder, Name + ".json"), JsonSerializer.Serialize(lengths));
    }

    private static void WriteAll(FileStream file, byte[][] texts)
    {
        foreach (var text in texts)
        {
            file.Write(text);
        }
    }

    private static RevisionChain Diffed(IEnumerable<byte[]> documents)
    {
        byte[][] all = [.. documents];
        return new(all, [.. all.Zip(all.Skip(1)).Select(pair => MendozaDiff.Create(pair.First, pair.Second).Apply)]);
    }

    private static byte[] Canonical(byte[] text) => CanonicalJson.Canonicalize(text, JsonLimits.Default);
}
