using EventStore.Mendoza;

namespace EventStore.Log.Projections;

/// <summary>Rebuilds a document by folding the patches of its chain, oldest first.</summary>
public sealed class DocumentChain
{
    private static readonly byte[] Absent = "null"u8.ToArray();

    private ReadOnlyMemory<byte> _state;

    /// <summary>Starts at a known state; empty when the document does not exist.</summary>
    public DocumentChain(ReadOnlyMemory<byte> state) => _state = state;

    /// <summary>The state reached, without <c>_rev</c>; empty when the document does not exist.</summary>
    public ReadOnlyMemory<byte> State => _state;

    /// <summary>Goes one patch further.</summary>
    /// <exception cref="MendozaException">The patch is malformed or does not fit the state it is applied
    /// to.</exception>
    public void Apply(ReadOnlySpan<byte> patch)
    {
        var left = _state.IsEmpty ? Absent : _state.Span;
        var right = MendozaPatch.Apply(left, patch);
        _state = right.AsSpan().SequenceEqual(Absent) ? default(ReadOnlyMemory<byte>) : right;
    }

    /// <summary>The two patches between two states, either of which may be empty (absent).</summary>
    public static MendozaPatchPair Diff(ReadOnlyMemory<byte> before, ReadOnlyMemory<byte> after) =>
        MendozaDiff.Create(before.IsEmpty ? Absent : before.Span, after.IsEmpty ? Absent : after.Span);
}
