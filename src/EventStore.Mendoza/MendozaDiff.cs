using System.Buffers;
using EventStore.Mendoza.Diffing.Planning;
using EventStore.Mendoza.Diffing.Plans;
using EventStore.Mendoza.Diffing.Workspace;

namespace EventStore.Mendoza;

/// <summary>
/// Makes the patches between two documents: small ones, never larger than sending the right document whole, and of
/// those operations only that every known patcher applies correctly.
/// </summary>
/// <remarks>
/// What is never emitted: the operation that pushes a parent (8), which the npm patcher lacks; an append to a copied
/// array, which changes the older version in the npm incremental patcher; a string slice with text outside ASCII
/// before it that stops short of the string's end, which the npm simple patcher gets wrong; two slices of one string
/// that overlap, which the npm incremental patcher garbles when it cuts them later; a key index that differs
/// between the orders of UTF-8 bytes and UTF-16 units; a copy of an object with the key
/// <c>__proto__</c>; a slice of more than <see cref="MendozaLimits.MaxSliceLength"/> elements.
/// </remarks>
public static class MendozaDiff
{
    private static ReadOnlySpan<byte> Unchanged => "[]"u8;

    /// <summary>
    /// The patches from left to right and back. Documents are canonical JSON, <c>null</c> standing for none; equality
    /// is equality of bytes, so another spelling of a number is a change. Work is bounded by a multiple of the
    /// documents' size; where that runs out, patches get larger, never wrong.
    /// </summary>
    /// <exception cref="MendozaException">A document is not canonical JSON, or nested more deeply than <see
    /// cref="MendozaLimits.MaxDepth"/>.</exception>
    public static MendozaPatchPair Create(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (left.SequenceEqual(right))
        {
            return new MendozaPatchPair(Unchanged.ToArray(), Unchanged.ToArray());
        }
        DiffWorkspace space = DiffWorkspace.Take();
        try
        {
            var machine = new DiffMachine(left, right, space);
            machine.Read();
            byte[] apply = Write(machine, machine.Diff());
            machine.Swap();
            return new MendozaPatchPair(apply, Write(machine, machine.Diff()));
        }
        finally
        {
            space.Return();
        }
    }

    /// <summary>
    /// As <see cref="Create(ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>, writing each patch in one piece. Once a
    /// thread has made patches of documents of a size up to 64 KB, it allocates nothing for more of them, but for
    /// objects whose keys mix characters from U+E000 to U+FFFF with others above U+FFFF.
    /// </summary>
    /// <exception cref="MendozaException">A document is not canonical JSON, or nested more deeply than <see
    /// cref="MendozaLimits.MaxDepth"/>; nothing has been written.</exception>
    public static void Create(
        ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, IBufferWriter<byte> apply, IBufferWriter<byte> revert)
    {
        if (left.SequenceEqual(right))
        {
            apply.Write(Unchanged);
            revert.Write(Unchanged);
            return;
        }
        DiffWorkspace space = DiffWorkspace.Take();
        try
        {
            var machine = new DiffMachine(left, right, space);
            machine.Read();
            PlannedPatch forward = machine.Diff();
            machine.Write(forward, apply.GetSpan(forward.Length)[..forward.Length]);
            machine.Swap();
            // A malformed document may come out as late as here, so nothing is handed over before.
            PlannedPatch back = machine.Diff();
            apply.Advance(forward.Length);
            Write(machine, back, revert);
        }
        finally
        {
            space.Return();
        }
    }

    /// <summary>The patch from left to right alone.</summary>
    /// <exception cref="MendozaException">A document is not canonical JSON, or nested more deeply than <see
    /// cref="MendozaLimits.MaxDepth"/>.</exception>
    public static byte[] CreateApply(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (left.SequenceEqual(right))
        {
            return Unchanged.ToArray();
        }
        DiffWorkspace space = DiffWorkspace.Take();
        try
        {
            var machine = new DiffMachine(left, right, space);
            machine.Read();
            return Write(machine, machine.Diff());
        }
        finally
        {
            space.Return();
        }
    }

    /// <summary>Writes the patch from left to right alone, in one piece.</summary>
    /// <exception cref="MendozaException">A document is not canonical JSON, or nested more deeply than <see
    /// cref="MendozaLimits.MaxDepth"/>; nothing has been written.</exception>
    public static void CreateApply(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, IBufferWriter<byte> output)
    {
        if (left.SequenceEqual(right))
        {
            output.Write(Unchanged);
            return;
        }
        DiffWorkspace space = DiffWorkspace.Take();
        try
        {
            var machine = new DiffMachine(left, right, space);
            machine.Read();
            Write(machine, machine.Diff(), output);
        }
        finally
        {
            space.Return();
        }
    }

    private static byte[] Write(in DiffMachine machine, PlannedPatch planned)
    {
        var patch = GC.AllocateUninitializedArray<byte>(planned.Length);
        machine.Write(planned, patch);
        return patch;
    }

    private static void Write(in DiffMachine machine, PlannedPatch planned, IBufferWriter<byte> output)
    {
        machine.Write(planned, output.GetSpan(planned.Length)[..planned.Length]);
        output.Advance(planned.Length);
    }
}
