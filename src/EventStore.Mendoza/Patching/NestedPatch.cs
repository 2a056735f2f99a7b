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
    private int position;

    /// <summary>The operation that ended the value edited last.</summary>
    private int closing;

    /// <summary>Prepares the patch that starts at a position of the patches.</summary>
    /// <param name="view">The left document.</param>
    /// <param name="work">Lists to use.</param>
    /// <param name="text">The patches, this being the last. The bytes behind its end do not matter, but they allow for
    /// reading many at a time up to the end.</param>
    /// <param name="start">Where the patch starts.</param>
    /// <param name="end">Where it ends.</param>
    /// <param name="room">Where short strings may be put together.</param>
    public NestedPatch(
        RopeView view, PatchWorkspace work, ReadOnlySpan<byte> text, int start, int end, TextRoom room)
    {
        this.view = view;
        this.work = work;
        this.text = text;
        this.end = end;
        this.room = room;
        position = start;
    }

    /// <summary>Bytes of the room that are in use.</summary>
    public readonly int RoomUsed => room.Used;

    /// <summary>Runs the whole patch and returns the node of the result, or <see cref="None"/>.</summary>
    public int Run(int left)
    {
        if (!TryStep("["u8))
        {
            return None;
        }
        bool fromBlank = TryStep("2,"u8);
        int result = Edit(left, fromBlank, 0);
        return closing == End && position < end ? result : None;
    }

    /// <summary>
    /// Carries out the operations from the one behind that which entered a value to that which returns from it.
    /// </summary>
    private int Edit(int node, bool fromBlank, int depth)
    {
        if (depth == MostNested)
        {
            return None;
        }
        return view[node].Kind switch
        {
            JsonKind.Object => EditObject(node, fromBlank, depth + 1),
            JsonKind.Array when fromBlank => EditArray(node, depth + 1),
            JsonKind.String => EditText(node, fromBlank),
            _ => fromBlank ? None : TakeWhole(node),
        };
    }

    private int TakeWhole(int node)
    {
        closing = ReadOperation();
        return IsReturn(closing) ? node : None;
    }

    private int EditObject(int node, bool fromBlank, int depth)
    {
        int first = work.Edits.Count;
        int last = -1;
        while (true)
        {
            int code = ReadOperation();
            switch (code)
            {
                case (int)Operation.PushFieldCopy or (int)Operation.PushFieldBlank:
                {
                    int index = ReadIndex();
                    if (index < 0 || !view.TryGetChild(node, index, out RopeChild child))
                    {
                        return None;
                    }
                    int edited = Edit(child.Node, code == (int)Operation.PushFieldBlank, depth);
                    if (edited == None)
                    {
                        return None;
                    }
                    if (closing == (int)Operation.ReturnIntoObjectSameKeyPop)
                    {
                        work.AddEdit(edited, child.KeyStart, child.KeyEnd, node, index);
                        last = index > last ? index : FieldEdit.Unordered;
                        break;
                    }
                    if (closing != (int)Operation.ReturnIntoObjectPop || !TryAddEdit(edited))
                    {
                        return None;
                    }
                    last = FieldEdit.Unordered;
                    break;
                }
                case (int)Operation.ObjectCopyField or (int)Operation.ObjectDeleteField:
                {
                    int index = ReadIndex();
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
                    int value = ReadValue(depth);
                    if (value == None || !TryAddEdit(value))
                    {
                        return None;
                    }
                    last = FieldEdit.Unordered;
                    break;
                default:
                    closing = code;
                    return IsReturn(code) ? FinishObject(node, fromBlank, first, last) : None;
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
    private bool TryAddEdit(int node)
    {
        if (!TryReadString(out int start, out int end, out _))
        {
            return false;
        }
        work.AddEdit(node, start | RopeText.Patches, end | RopeText.Patches, -1, -1);
        return true;
    }

    private int EditArray(int node, int depth)
    {
        int first = work.Elements.Count;
        bool isWritten = false;
        while (true)
        {
            int code = ReadOperation();
            switch (code)
            {
                case (int)Operation.ArrayAppendSlice:
                {
                    int from = ReadIndex();
                    int to = ReadIndex();
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
                    int index = ReadIndex();
                    if (index < 0 || !view.TryGetChild(node, index, out RopeChild child))
                    {
                        return None;
                    }
                    int edited = Edit(child.Node, code == (int)Operation.PushElementBlank, depth);
                    if (edited == None || closing != (int)Operation.ReturnIntoArrayPop)
                    {
                        return None;
                    }
                    work.AddElements(edited, ElementPart.Single, 0);
                    break;
                }
                case (int)Operation.ArrayAppendValue:
                    int value = ReadValue(depth);
                    if (value == None)
                    {
                        return None;
                    }
                    work.AddElements(value, ElementPart.Single, 0);
                    break;
                default:
                    closing = code;
                    return isWritten && IsReturn(code) ? FinishArray(first) : None;
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
