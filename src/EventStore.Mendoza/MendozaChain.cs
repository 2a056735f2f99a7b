using System.Buffers;
using EventStore.Mendoza.Json;
using EventStore.Mendoza.Patching;
using EventStore.Mendoza.Ropes;

namespace EventStore.Mendoza;

/// <summary>
/// A document that is led from revision to revision by patches and written out only when asked for. A patch costs about
/// what its own size costs, not the document's: it works on the structure that the patch before it left.
/// </summary>
/// <remarks>
/// The document it starts from is kept by reference and must stay unchanged until the chain is reset or disposed;
/// patches are copied. When the structure has grown to a multiple of the document's size, the document is written out
/// inside and the structure starts anew, so that chains of any length stay bounded in memory. Not safe for use by
/// several threads at once; an instance may be reset and used again, which saves the memory it has rented.
/// </remarks>
public sealed class MendozaChain : IDisposable
{
    private readonly Rope rope = new();
    private PooledList<byte> patches;
    private ReadOnlyMemory<byte> document;
    private byte[]? rented;
    private int root;

    /// <summary>Starts where there is no document.</summary>
    public MendozaChain() => Reset();

    /// <summary>Starts at a canonical document; empty or <c>null</c> stands for none.</summary>
    public MendozaChain(ReadOnlyMemory<byte> document) => Reset(document);

    /// <summary>Whether there is no document.</summary>
    public bool IsNull => View[root].Kind == JsonKind.Null;

    /// <summary>Length of the document in bytes; 4, of <c>null</c>, where there is none.</summary>
    public int Length => rope.Nodes[root].IsBuilt ? rope.Nodes[root].Length : View.LengthOf(root);

    /// <summary>
    /// Bytes of memory that the chain has rented, which is without the document that it started from.
    /// </summary>
    public long RentedBytes => rope.Capacity + patches.Bytes + (rented?.Length ?? 0);

    private RopeView View => new(rope, new RopeText(document.Span, patches.AsSpan()));

    /// <summary>Starts again where there is no document.</summary>
    public void Reset() => Reset(default);

    /// <summary>Starts again at a canonical document; empty or <c>null</c> stands for none.</summary>
    public void Reset(ReadOnlyMemory<byte> document) => StartAt(document, null);

    /// <summary>Goes one patch further.</summary>
    /// <param name="patch">The patch from the document reached to the next one.</param>
    /// <param name="trust">What is known about the patch's text.</param>
    /// <exception cref="MendozaException">The patch is malformed or does not fit; the chain stands where it stood.
    /// </exception>
    public void Apply(ReadOnlySpan<byte> patch, PatchTrust trust = PatchTrust.Untrusted)
    {
        var text = new PatchText(patch, trust);
        PatchWorkspace work = PatchWorkspace.Take();
        try
        {
            if (rope.Weight + patches.Count > MendozaLimits.ChainWeight * (long)Length + MendozaLimits.ChainSlack)
            {
                WriteOut(root, work, isDepthInDoubt: false);
            }
            rope.CopiesLeft = text.Span.Length + MendozaLimits.ChainCopies;
            try
            {
                Run(text.Span, work);
            }
            catch (WornRopeException)
            {
                WriteOut(root, work, isDepthInDoubt: false);
                rope.CopiesLeft = int.MaxValue;
                work.Clear();
                Run(text.Span, work);
            }
        }
        finally
        {
            PatchWorkspace.Return(work);
            text.Dispose();
        }
    }

    /// <summary>Goes one patch further; false, and the chain stands where it stood, when the patch is malformed or does
    /// not fit.</summary>
    public bool TryApply(
        ReadOnlySpan<byte> patch, out MendozaError error, PatchTrust trust = PatchTrust.Untrusted)
    {
        try
        {
            Apply(patch, trust);
            error = default;
            return true;
        }
        catch (MendozaException exception)
        {
            error = exception.Error;
            return false;
        }
    }

    /// <summary>Writes the document reached; <c>null</c> where there is none.</summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        int length = Length;
        CopyTo(output.GetSpan(length));
        output.Advance(length);
    }

    /// <summary>Writes the document reached to the start of a span of at least <see cref="Length"/> bytes.</summary>
    public void CopyTo(Span<byte> destination)
    {
        PatchWorkspace work = PatchWorkspace.Take();
        View.Write(root, destination, ref work.Frames);
        PatchWorkspace.Return(work);
    }

    /// <summary>The document reached; <c>null</c> where there is none.</summary>
    public byte[] ToArray()
    {
        var result = GC.AllocateUninitializedArray<byte>(Length);
        CopyTo(result);
        return result;
    }

    /// <summary>
    /// Writes the document out inside and gives back all other memory: for a chain that is kept but not used for long.
    /// </summary>
    public void Compact()
    {
        PatchWorkspace work = PatchWorkspace.Take();
        WriteOut(root, work, isDepthInDoubt: false);
        PatchWorkspace.Return(work);
        rope.Dispose();
        patches.Dispose();
        root = View.AddRaw(0, document.Length);
    }

    /// <summary>Gives back the memory that the chain has rented. It may be reset and used again.</summary>
    public void Dispose()
    {
        Reset();
        rope.Dispose();
        patches.Dispose();
        root = View.AddNull();
    }

    private void Run(ReadOnlySpan<byte> patch, PatchWorkspace work)
    {
        int start = patches.Count;
        int entries = rope.Entries.Count;
        patches.Reserve(patch.Length + MendozaLimits.ChainJoinedText);
        patches.AddRange(patch);
        try
        {
            int copies = rope.CopiesLeft;
            var room = new TextRoom(patches.Room, patches.Count | RopeText.Patches);
            Span<byte> text = patches.WithRoom[..(patches.Count + MendozaLimits.ChainJoinedText)];
            var nested = new NestedPatch(View, work, text, patches.Count, room);
            int result = nested.Run(root, start);
            if (result == NestedPatch.None)
            {
                rope.Entries.Truncate(entries);
                rope.CopiesLeft = copies;
                work.Clear();
                var machine = new PatchMachine(View, work, start);
                result = machine.Run(root);
                if (machine.IsDepthInDoubt)
                {
                    WriteOut(result, work, isDepthInDoubt: true);
                    return;
                }
            }
            else
            {
                patches.Extend(nested.RoomUsed);
            }
            MoveTo(result);
        }
        catch
        {
            // What is known of the revision before never refers to these.
            patches.Truncate(start);
            rope.Entries.Truncate(entries);
            throw;
        }
    }

    private void MoveTo(int result)
    {
        ref RopeNode node = ref rope.Nodes[result];
        if (result != root && !node.IsBuilt && node.Start < 0)
        {
            StartAtValue(RopeText.Position(node.Start), View.LengthOf(result));
        }
        else
        {
            root = result;
        }
    }

    /// <summary>Writes a value out and starts again at its text.</summary>
    private void WriteOut(int node, PatchWorkspace work, bool isDepthInDoubt)
    {
        int length = View.LengthOf(node);
        byte[] text = ArrayPool<byte>.Shared.Rent(length);
        View.Write(node, text, ref work.Frames);
        if (isDepthInDoubt)
        {
            try
            {
                SinglePatch.RequireDepth(text.AsSpan(0, length));
            }
            catch (MendozaException)
            {
                ArrayPool<byte>.Shared.Return(text);
                throw;
            }
        }
        StartAt(text.AsMemory(0, length), text);
    }

    /// <summary>Starts again at a value that a patch brought whole; nothing before it matters any more.</summary>
    private void StartAtValue(int position, int length)
    {
        Span<byte> text = patches.AsSpan();
        text.Slice(position, length).CopyTo(text);
        StartAt(default, null);
        patches.Truncate(length);
        rope.Clear();
        root = View.AddRaw(RopeText.Patches, RopeText.Patches + length);
    }

    private void StartAt(ReadOnlyMemory<byte> text, byte[]? owned)
    {
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
        rented = owned;
        document = text;
        patches.Truncate(0);
        rope.Clear();
        root = text.IsEmpty ? View.AddNull() : View.AddRaw(0, text.Length);
    }
}
