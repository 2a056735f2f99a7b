using System.Runtime.CompilerServices;
using EventStore.Mendoza.Json;
using EventStore.Mendoza.Ropes;

namespace EventStore.Mendoza.Patching;

/// <summary>
/// Runs the patches that differs make: whatever they enter they return from, into what they came from, before they go
/// on with that. So neither stack is needed. Values are entered by recursion, and inside an object, an array or a
/// string only few operations can follow.
/// </summary>
/// <remarks>
/// It gives up on anything else, be it lawful or not, and <see cref="PatchMachine"/> runs the patch from its start: that
/// alone decides what is an error. What this one gives is what the machine would give. A value is never deeper down in
/// the result than on the left, so only values from the patch can be nested too deeply.
/// </remarks>
internal ref partial struct NestedPatch
{
    /// <summary>No node: the patch is one for the machine.</summary>
    public const int None = -1;

    private readonly RopeView view;
    private readonly PatchWorkspace work;

    /// <summary>The patches, and whatever lies in memory behind the last one.</summary>
    private readonly ReadOnlySpan<byte> text;
    private readonly int end;
    private TextRoom room;

    /// <summary>The value edited last.</summary>
    private int result;

    /// <summary>The operation that ended it.</summary>
    private int closing;

    /// <summary>Prepares a patch.</summary>
    /// <param name="view">The left document.</param>
    /// <param name="work">Lists to use.</param>
    /// <param name="text">The patches, this being the last. The bytes behind its end do not matter, but they allow for
    /// reading many at a time up to the end.</param>
    /// <param name="end">Where it ends.</param>
    /// <param name="room">Where short strings may be put together.</param>
    public NestedPatch(RopeView view, PatchWorkspace work, ReadOnlySpan<byte> text, int end, TextRoom room)
    {
        this.view = view;
        this.work = work;
        this.text = text;
        this.end = end;
        this.room = room;
    }

    /// <summary>Bytes of the room that are in use.</summary>
    public readonly int RoomUsed => room.Used;

    /// <summary>Runs the whole patch, and returns the node of the result, or <see cref="None"/>.</summary>
    /// <param name="left">The left document.</param>
    /// <param name="start">Where the patch starts.</param>
    public int Run(int left, int start)
    {
        if (end - start < 2 || text[start] != '[')
        {
            return None;
        }
        bool fromBlank = text[(start + 1)..end].StartsWith("2,"u8);
        int stop = Edit(start + (fromBlank ? 3 : 1), left, fromBlank, 0);
        return stop >= 0 && stop < end && closing == End ? result : None;
    }

    // What follows takes the position at hand and returns the next one, or None: in a field, whoever reads the next
    // token would have to wait for it to be written.

    /// <summary>
    /// Carries out the operations from the one behind that which entered a value to that which returns from it.
    /// </summary>
    private int Edit(int at, int node, bool fromBlank, int depth)
    {
        if (depth == MostNested)
        {
            return None;
        }
        return view[node].Kind switch
        {
            JsonKind.Object => EditObject(at, node, fromBlank, depth + 1),
            JsonKind.Array when fromBlank => EditArray(at, node, depth + 1),
            JsonKind.String => EditText(at, node, fromBlank),
            _ => fromBlank ? None : TakeWhole(at, node),
        };
    }

    private int TakeWhole(int at, int node)
    {
        int code = ReadOperation(ref at);
        return IsReturn(code) ? Return(at, code, node) : None;
    }

    private int Return(int at, int code, int node)
    {
        closing = code;
        result = node;
        return node == None ? None : at;
    }

    private int EditObject(int at, int node, bool fromBlank, int depth)
    {
        int first = work.Edits.Count;
        int last = -1;
        while (true)
        {
            int code = ReadOperation(ref at);
            switch (code)
            {
                case (int)Operation.PushFieldCopy or (int)Operation.PushFieldBlank:
                    {
                        int index = ReadIndex(ref at);
                        if (index < 0 || !view.TryGetChild(node, index, out RopeChild child))
                        {
                            return None;
                        }
                        at = Edit(at, child.Node, code == (int)Operation.PushFieldBlank, depth);
                        if (at == None)
                        {
                            return None;
                        }
                        if (closing == (int)Operation.ReturnIntoObjectSameKeyPop)
                        {
                            work.AddEdit(result, child.KeyStart, child.KeyEnd, node, index);
                            last = index > last ? index : FieldEdit.Unordered;
                            break;
                        }
                        if (closing != (int)Operation.ReturnIntoObjectPop || !TryAddEdit(ref at, result))
                        {
                            return None;
                        }
                        last = FieldEdit.Unordered;
                        break;
                    }
                case (int)Operation.ObjectCopyField or (int)Operation.ObjectDeleteField:
                    {
                        int index = ReadIndex(ref at);
                        if (index < 0 || !view.TryGetChild(node, index, out RopeChild child))
                        {
                            return None;
                        }
                        int kept = code == (int)Operation.ObjectCopyField ? child.Node : FieldEdit.Deleted;
                        work.AddEdit(kept, child.KeyStart, child.KeyEnd, node, index);
                        last = index > last ? index : FieldEdit.Unordered;
                        break;
                    }
                case (int)Operation.ObjectSetFieldValue:
                    at = ReadValue(at, depth);
                    if (at == None || !TryAddEdit(ref at, result))
                    {
                        return None;
                    }
                    last = FieldEdit.Unordered;
                    break;
                default:
                    return IsReturn(code) ? Return(at, code, FinishObject(node, fromBlank, first, last)) : None;
            }
        }
    }

    private readonly int FinishObject(int node, bool fromBlank, int first, int last)
    {
        if (first == work.Edits.Count)
        {
            return fromBlank ? None : node;
        }
        return ObjectEdits.Finish(view, work, fromBlank ? None : node, first, last != FieldEdit.Unordered);
    }

    /// <summary>Adds an edit of the key that follows in the patch.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly bool TryAddEdit(ref int at, int node)
    {
        int start = at;
        int stop = ReadString(ref at, out _);
        if (stop == None)
        {
            return false;
        }
        work.AddEdit(node, start | RopeText.Patches, stop | RopeText.Patches, -1, -1);
        return true;
    }

    private int EditArray(int at, int node, int depth)
    {
        int first = work.Elements.Count;
        bool isWritten = false;
        while (true)
        {
            int code = ReadOperation(ref at);
            switch (code)
            {
                case (int)Operation.ArrayAppendSlice:
                    {
                        int from = ReadIndex(ref at);
                        int to = ReadIndex(ref at);
                        if (from < 0 || from > to || !view.Has(node, to))
                        {
                            return None;
                        }
                        if (from < to)
                        {
                            work.AddElements(node, from, to);
                        }
                        break;
                    }
                case (int)Operation.PushElementCopy or (int)Operation.PushElementBlank:
                    {
                        int index = ReadIndex(ref at);
                        if (index < 0 || !view.TryGetChild(node, index, out RopeChild child))
                        {
                            return None;
                        }
                        at = Edit(at, child.Node, code == (int)Operation.PushElementBlank, depth);
                        if (at == None || closing != (int)Operation.ReturnIntoArrayPop)
                        {
                            return None;
                        }
                        work.AddElements(result, ElementPart.Single, 0);
                        break;
                    }
                case (int)Operation.ArrayAppendValue:
                    at = ReadValue(at, depth);
                    if (at == None)
                    {
                        return None;
                    }
                    work.AddElements(result, ElementPart.Single, 0);
                    break;
                default:
                    return isWritten && IsReturn(code) ? Return(at, code, FinishArray(first)) : None;
            }
            isWritten = true;
        }
    }

    private readonly int FinishArray(int first)
    {
        int entries = view.NextEntry;
        foreach (ref readonly ElementPart part in work.Elements.AsSpan()[first..])
        {
            if (part.From == ElementPart.Single)
            {
                view.AppendChild(part.Node, 0, 0, entries);
            }
            else
            {
                view.AppendSlice(part.Node, part.From, part.To, entries);
            }
        }
        work.Elements.Truncate(first);
        return view.TryBuild(JsonKind.Array, entries);
    }
}
