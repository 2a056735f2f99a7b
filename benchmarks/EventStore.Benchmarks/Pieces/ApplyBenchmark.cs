using System.Buffers;
using BenchmarkDotNet.Attributes;
using EventStore.Benchmarks.Articles;
using EventStore.Mendoza;

namespace EventStore.Benchmarks.Pieces;

/// <summary>Applying one patch.</summary>
public class ApplyBenchmark
{
    private readonly ArrayBufferWriter<byte> _output = new();
    private RevisionPair[] _pairs = [];
    private byte[] _copy = [];

    [GlobalSetup]
    public void Prepare()
    {
        _pairs = RevisionPair.All;
        _copy = new byte[_pairs.Max(pair => pair.Left.Length)];
    }

    [Benchmark(
        Baseline = true,
        OperationsPerInvoke = ArticleCorpus.Pairs,
        Description = "JsonDiffPatch.Net, text to text")]
    public int Peer()
    {
        var length = 0;
        foreach (var pair in _pairs)
        {
            length += PeerDiff.Apply(pair.LeftText, pair.Delta).Length;
        }

        return length;
    }

    [Benchmark(OperationsPerInvoke = ArticleCorpus.Pairs, Description = "MendozaPatch.Apply, to a new array")]
    public int MendozaToArray()
    {
        var length = 0;
        foreach (var pair in _pairs)
        {
            length += MendozaPatch.Apply(pair.Left, pair.Patches.Apply).Length;
        }

        return length;
    }

    [Benchmark(OperationsPerInvoke = ArticleCorpus.Pairs, Description = "MendozaPatch.Apply, to a reused buffer")]
    public int MendozaToBuffer()
    {
        var length = 0;
        foreach (var pair in _pairs)
        {
            _output.ResetWrittenCount();
            MendozaPatch.Apply(pair.Left, pair.Patches.Apply, _output);
            length += _output.WrittenCount;
        }

        return length;
    }

    [Benchmark(OperationsPerInvoke = ArticleCorpus.Pairs, Description = "limit: copy of the left bytes, reused buffer")]
    public int Copy()
    {
        var length = 0;
        foreach (var pair in _pairs)
        {
            pair.Left.CopyTo(_copy.AsSpan());
            length += _copy[0];
        }

        return length;
    }
}
