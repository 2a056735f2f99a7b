using System.Buffers;
using EventStore.Mendoza;

namespace EventStore.Benchmarks.Patches;

/// <summary>Our side of the comparisons of the diff format, on one thread, from bytes to bytes.</summary>
internal sealed class OurPatches(RevisionSet set)
{
    private readonly ArrayBufferWriter<byte> _output = new(1024 * 1024);
    private readonly ArrayBufferWriter<byte> _revert = new(1024 * 1024);
    private readonly MendozaChain _chain = new();
    private readonly byte[] _copy =
        new byte[set.Chains.Max(chain => chain.Documents.Max(document => document.Length))];

    /// <summary>Bytes allocated by the last call, for an operation.</summary>
    public double AllocatedPerOperation { get; private set; }

    /// <summary>Patches in both directions for every pair of some chains.</summary>
    /// <returns>Nanoseconds.</returns>
    public Task<double> DiffAsync(int from, int to) => TimeAsync(from, to, chain =>
    {
        for (var index = 1; index < chain.Documents.Length; index++)
        {
            _output.ResetWrittenCount();
            _revert.ResetWrittenCount();
            MendozaDiff.Create(chain.Documents[index - 1], chain.Documents[index], _output, _revert);
        }

        return chain.Patches.Length;
    });

    /// <summary>Applies every patch of some chains to its document, as the log does with patches of its
    /// own.</summary>
    public Task<double> ApplyAsync(int from, int to) => ApplyAsync(from, to, PatchTrust.Trusted);

    /// <summary>The same, every patch first checked as one that a stranger sent.</summary>
    public Task<double> ApplyUntrustedAsync(int from, int to) => ApplyAsync(from, to, PatchTrust.Untrusted);

    /// <summary>The limit of applying: moves the left document's bytes and nothing else.</summary>
    public Task<double> CopyAsync(int from, int to) => TimeAsync(from, to, chain =>
    {
        for (var index = 0; index < chain.Patches.Length; index++)
        {
            chain.Documents[index].CopyTo(_copy.AsSpan());
        }

        return chain.Patches.Length;
    });

    /// <summary>From a chain's first document to the bytes of its last, patch by patch.</summary>
    public Task<double> ReplayAsync(int from, int to) => TimeAsync(from, to, chain =>
    {
        Replay(chain);
        return 1;
    });

    /// <summary>Every patch must lead to its document, alone and in its chain.</summary>
    /// <exception cref="InvalidOperationException">One does not.</exception>
    public void Check()
    {
        foreach (var chain in set.Chains)
        {
            for (var index = 0; index < chain.Patches.Length; index++)
            {
                RequireSameValue(
                    MendozaPatch.Apply(chain.Documents[index], chain.Patches[index]), chain.Documents[index + 1]);
                var patches = MendozaDiff.Create(chain.Documents[index], chain.Documents[index + 1]);
                Require(MendozaPatch.Apply(chain.Documents[index], patches.Apply), chain.Documents[index + 1]);
                Require(MendozaPatch.Apply(chain.Documents[index + 1], patches.Revert), chain.Documents[index]);
            }

            RequireSameValue(Replay(chain), chain.Documents[^1]);
        }
    }

    private Task<double> ApplyAsync(int from, int to, PatchTrust trust) => TimeAsync(from, to, chain =>
    {
        for (var index = 0; index < chain.Patches.Length; index++)
        {
            _output.ResetWrittenCount();
            MendozaPatch.Apply(chain.Documents[index], chain.Patches[index], _output, trust);
        }

        return chain.Patches.Length;
    });

    private ReadOnlySpan<byte> Replay(RevisionChain chain)
    {
        _chain.Reset(chain.Documents[0]);
        foreach (var patch in chain.Patches)
        {
            _chain.Apply(patch, PatchTrust.Trusted);
        }

        _output.ResetWrittenCount();
        _chain.WriteTo(_output);
        return _output.WrittenSpan;
    }

    private static void Require(ReadOnlySpan<byte> actual, byte[] expected)
    {
        if (!actual.SequenceEqual(expected))
        {
            throw new InvalidOperationException("A Mendoza patch did not give the right document.");
        }
    }

    /// <summary>The reference takes two spellings of one number for equal, and leaves the left one as it is.</summary>
    private static void RequireSameValue(ReadOnlySpan<byte> actual, byte[] expected)
    {
        if (!actual.SequenceEqual(expected) && !JsonValues.AreEqual(actual, expected))
        {
            throw new InvalidOperationException("A Mendoza patch did not give the right document.");
        }
    }

    private Task<double> TimeAsync(int from, int to, Func<RevisionChain, int> work)
    {
        var operations = 0;
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var start = ThreadClock.Now;
        for (var index = from; index < to; index++)
        {
            operations += work(set.Chains[index]);
        }

        var elapsed = ThreadClock.Now - start;
        AllocatedPerOperation = (GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)operations;
        return Task.FromResult(elapsed);
    }
}
