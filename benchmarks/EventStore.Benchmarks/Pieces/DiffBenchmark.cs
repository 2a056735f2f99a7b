using BenchmarkDotNet.Attributes;
using EventStore.Benchmarks.Articles;
using EventStore.Mendoza;

namespace EventStore.Benchmarks.Pieces;

/// <summary>Making patches.</summary>
public class DiffBenchmark
{
    private RevisionPair[] _pairs = [];

    [GlobalSetup]
    public void Prepare() => _pairs = RevisionPair.All;

    [Benchmark(
        Baseline = true,
        OperationsPerInvoke = ArticleCorpus.Pairs,
        Description = "JsonDiffPatch.Net, one direction, from text")]
    public int Peer()
    {
        var length = 0;
        foreach (var pair in _pairs)
        {
            length += PeerDiff.Create(pair.LeftText, pair.RightText).Length;
        }

        return length;
    }

    [Benchmark(OperationsPerInvoke = ArticleCorpus.Pairs, Description = "MendozaDiff.Create, both directions, bytes")]
    public int Mendoza()
    {
        var length = 0;
        foreach (var pair in _pairs)
        {
            var patches = MendozaDiff.Create(pair.Left, pair.Right);
            length += patches.Apply.Length + patches.Revert.Length;
        }

        return length;
    }
}
