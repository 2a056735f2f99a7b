using BenchmarkDotNet.Attributes;
using EventStore.Benchmarks.Articles;
using EventStore.Log.Projections;

namespace EventStore.Benchmarks.Pieces;

/// <summary>Rebuilding the newest revision of a document from its first and ten patches.</summary>
public class ReplayBenchmark
{
    private static readonly DocumentChain Chains = new();

    private RevisionPair[][] _chains = [];
    private string[][] _deltas = [];
    private byte[] _copy = [];

    [GlobalSetup]
    public void Prepare()
    {
        _chains = [.. RevisionPair.All.Chunk(ArticleCorpus.Revisions)];
        _deltas = [.. _chains.Select(chain => chain.Select(pair => pair.Delta).ToArray())];
        _copy = new byte[_chains.Max(chain => chain[^1].Right.Length)];
        for (var index = 0; index < _chains.Length; index++)
        {
            var chain = _chains[index];
            if (!Replay(chain).Span.SequenceEqual(chain[^1].Right))
            {
                throw new InvalidOperationException("A chain did not lead to the right document.");
            }

            PeerDiff.RequireEqual(PeerDiff.Replay(chain[0].LeftText, _deltas[index]), chain[^1].RightText);
        }
    }

    [Benchmark(
        Baseline = true,
        OperationsPerInvoke = ArticleCorpus.Articles,
        Description = "JsonDiffPatch.Net, parsed and printed once")]
    public int Peer()
    {
        var length = 0;
        for (var index = 0; index < _chains.Length; index++)
        {
            length += PeerDiff.Replay(_chains[index][0].LeftText, _deltas[index]).Length;
        }

        return length;
    }

    [Benchmark(OperationsPerInvoke = ArticleCorpus.Articles, Description = "DocumentChain, as the log replays")]
    public int Chain()
    {
        var length = 0;
        foreach (var chain in _chains)
        {
            length += Replay(chain).Length;
        }

        return length;
    }

    [Benchmark(
        OperationsPerInvoke = ArticleCorpus.Articles,
        Description = "limit: copy of the final bytes, reused buffer")]
    public int Copy()
    {
        var length = 0;
        foreach (var chain in _chains)
        {
            chain[^1].Right.CopyTo(_copy.AsSpan());
            length += _copy[0];
        }

        return length;
    }

    private static ReadOnlyMemory<byte> Replay(RevisionPair[] pairs)
    {
        Chains.Restart(pairs[0].Left);
        foreach (var pair in pairs)
        {
            Chains.Apply(pair.Patches.Apply);
        }

        return Chains.ToState();
    }
}
