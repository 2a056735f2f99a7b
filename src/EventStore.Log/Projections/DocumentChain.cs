using System.Buffers;
using EventStore.Mendoza;

namespace EventStore.Log.Projections;

/// <summary>Rebuilds documents by folding the patches of their chains, oldest first.</summary>
/// <remarks>The patches are the log's own, so their text is trusted; whether they fit is checked.</remarks>
public sealed class DocumentChain : IDisposable
{
    private static readonly byte[] Absent = "null"u8.ToArray();

    private readonly MendozaChain _chain = new();

    /// <summary>Starts at a known state, which must stay unchanged; empty when the document does not exist.</summary>
    public void Restart(ReadOnlyMemory<byte> state) => _chain.Reset(state);

    /// <summary>Goes one patch further.</summary>
    /// <exception cref="MendozaException">The patch is malformed or does not fit the state it is applied
    /// to.</exception>
    public void Apply(ReadOnlySpan<byte> patch) => _chain.Apply(patch, PatchTrust.Trusted);

    /// <summary>Follows a stored link: a whole document, which must stay unchanged, or a patch.</summary>
    /// <exception cref="MendozaException">The patch is malformed or does not fit the state it is applied
    /// to.</exception>
    public void Follow(ReadOnlyMemory<byte> link, bool isWhole)
    {
        if (isWhole)
        {
            Restart(link);
        }
        else
        {
            Apply(link.Span);
        }
    }

    /// <summary>Writes out the state reached, without <c>_rev</c>; empty when the document does not exist.</summary>
    public ReadOnlyMemory<byte> ToState() => _chain.IsNull ? default(ReadOnlyMemory<byte>) : _chain.ToArray();

    public void Dispose() => _chain.Dispose();

    /// <summary>The state after one patch; both may be empty (absent).</summary>
    /// <exception cref="MendozaException">The patch is malformed or does not fit.</exception>
    public static ReadOnlyMemory<byte> Apply(ReadOnlyMemory<byte> before, ReadOnlySpan<byte> patch, PatchTrust trust)
    {
        var after = MendozaPatch.Apply(before.IsEmpty ? Absent : before.Span, patch, trust);
        return after.AsSpan().SequenceEqual(Absent) ? default(ReadOnlyMemory<byte>) : after;
    }

    /// <summary>Writes the two patches between two states, either of which may be empty (absent).</summary>
    public static void Diff(
        ReadOnlyMemory<byte> before,
        ReadOnlyMemory<byte> after,
        IBufferWriter<byte> apply,
        IBufferWriter<byte> revert) =>
        MendozaDiff.Create(
            before.IsEmpty ? Absent : before.Span, after.IsEmpty ? Absent : after.Span, apply, revert);

    /// <summary>The two patches between two states, either of which may be empty (absent).</summary>
    public static MendozaPatchPair Diff(ReadOnlyMemory<byte> before, ReadOnlyMemory<byte> after) =>
        MendozaDiff.Create(before.IsEmpty ? Absent : before.Span, after.IsEmpty ? Absent : after.Span);
}
