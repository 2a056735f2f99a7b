using EventStore.Mendoza.Json;
using EventStore.Mendoza.Ropes;

namespace EventStore.Mendoza.Patching;

/// <summary>
/// Runs a patch over two stacks: values of the left document being read, values being built. Nothing is copied while
/// it runs: a built value is a list of entries, ranges of the texts or other values, so an operation costs about the
/// same whatever the size of the values it moves.
/// </summary>
internal ref partial struct PatchMachine
{
    private readonly RopeView view;
    private readonly PatchWorkspace work;
    private PatchReader reader;

    /// <summary>Prepares the patch that starts at a position of the patches.</summary>
    public PatchMachine(RopeView view, PatchWorkspace work, int patch)
    {
        this.view = view;
        this.work = work;
        reader = new PatchReader(view.Text.Around(RopeText.Patches), patch);
    }

    /// <summary>
    /// Whether values have gone deeper down than they were, so that the result may be nested too deeply. It has to be
    /// written and looked at then.
    /// </summary>
    public bool IsDepthInDoubt { get; private set; }

    /// <summary>Runs the whole patch and returns the node of the result.</summary>
    public int Run(int left)
    {
        AddInput(left, 0, 0, -1, -1, 0);
        PushSource(left, 0);
        while (reader.TryReadOperation(out Operation operation))
        {
            if (operation >= Operation.ObjectSetFieldValue)
            {
                Write(operation);
            }
            else
            {
                Move(operation);
            }
        }
        return PopResult();
    }

    /// <summary>The operations that read the left document, enter values and return from them.</summary>
    private void Move(Operation operation)
    {
        switch (operation)
        {
            case Operation.Value:
                PushSource(ReadValue(), -1);
                break;
            case Operation.Copy:
                PushSource(Input.Node, Input.Depth);
                break;
            case Operation.Blank:
                PushBlank();
                break;
            case Operation.ReturnIntoArray or Operation.ReturnIntoArrayPop:
                ReturnIntoArray();
                break;
            case Operation.ReturnIntoObject or Operation.ReturnIntoObjectPop:
                ReturnIntoObject();
                break;
            case Operation.ReturnIntoObjectSameKey or Operation.ReturnIntoObjectSameKeyPop:
                ReturnIntoSameKey();
                break;
            case Operation.PushField or Operation.PushFieldCopy or Operation.PushFieldBlank:
                Push(JsonKind.Object);
                break;
            case Operation.PushElement or Operation.PushElementCopy or Operation.PushElementBlank:
                Push(JsonKind.Array);
                break;
            case Operation.PushParent:
                PushParent(reader.ReadIndex());
                break;
            default:
                Pop();
                break;
        }
        switch (operation)
        {
            case Operation.PushFieldCopy or Operation.PushElementCopy:
                PushSource(Input.Node, Input.Depth);
                break;
            case Operation.PushFieldBlank or Operation.PushElementBlank:
                PushBlank();
                break;
            case Operation.ReturnIntoObjectPop or Operation.ReturnIntoObjectSameKeyPop or Operation.ReturnIntoArrayPop:
                Pop();
                break;
            default:
                break;
        }
    }

    /// <summary>The operations that write to the top of the output stack.</summary>
    private void Write(Operation operation)
    {
        switch (operation)
        {
            case Operation.ObjectSetFieldValue:
                int value = ReadValue();
                CheckValueDepth(value);
                reader.ReadString(out int start, out int end);
                SetField(value, start | RopeText.Patches, end | RopeText.Patches, -1, -1);
                break;
            case Operation.ObjectCopyField:
                int position = reader.ReadIndex();
                GetChild(position, JsonKind.Object, out RopeChild field);
                CheckDepth(Input.Depth + 1, field.Node);
                SetField(field.Node, field.KeyStart, field.KeyEnd, Input.Node, position);
                break;
            case Operation.ObjectDeleteField:
                int deleted = reader.ReadIndex();
                GetChild(deleted, JsonKind.Object, out RopeChild key);
                SetField(FieldEdit.Deleted, key.KeyStart, key.KeyEnd, Input.Node, deleted);
                break;
            case Operation.ArrayAppendValue:
                int element = ReadValue();
                CheckValueDepth(element);
                Append(element);
                break;
            case Operation.ArrayAppendSlice:
                AppendSlice(OutputState.Array, JsonKind.Array, reader.ReadIndex(), reader.ReadIndex());
                break;
            case Operation.StringAppendString:
                AppendText();
                break;
            default:
                AppendSlice(OutputState.String, JsonKind.String, reader.ReadIndex(), reader.ReadIndex());
                break;
        }
    }

    private readonly ref Input Input
    {
        get
        {
            if (work.Inputs.Count == 0)
            {
                throw reader.Fail(MendozaErrorCode.StackUnderflow, "the input stack is empty");
            }
            return ref work.Inputs.Last;
        }
    }

    private void Push(JsonKind kind)
    {
        int position = reader.ReadIndex();
        GetChild(position, kind, out RopeChild child);
        ref Input input = ref Input;
        AddInput(child.Node, child.KeyStart, child.KeyEnd, input.Node, position, input.Depth + 1);
    }

    private readonly void AddInput(int node, int keyStart, int keyEnd, int container, int position, int depth)
    {
        ref Input input = ref work.Inputs.AddInPlace();
        input.Node = node;
        input.KeyStart = keyStart;
        input.KeyEnd = keyEnd;
        input.Container = container;
        input.Position = position;
        input.Depth = depth;
    }

    private readonly void GetChild(int index, JsonKind kind, out RopeChild child)
    {
        int node = Input.Node;
        if (view[node].Kind != kind)
        {
            throw WrongInput();
        }
        if (!view.TryGetChild(node, index, out child))
        {
            throw reader.Fail(MendozaErrorCode.OutOfRange, "the index lies outside the value");
        }
    }

    private readonly void PushParent(int distance)
    {
        if (distance > work.Inputs.Count - 2)
        {
            throw reader.Fail(MendozaErrorCode.StackUnderflow, "the input stack has no such parent");
        }
        work.Inputs.Add(work.Inputs[work.Inputs.Count - 2 - distance]);
    }

    private readonly void Pop()
    {
        _ = Input;
        work.Inputs.RemoveLast();
    }

    private readonly void PushSource(int node, int depth) => AddOutput(OutputState.Source, node, depth);

    private readonly void PushBlank() => AddOutput(OutputState.Blank, -1, 0);

    private readonly void AddOutput(OutputState state, int source, int depth)
    {
        ref Output output = ref work.Outputs.AddInPlace();
        output.State = state;
        output.Source = source;
        output.Depth = depth;
        output.First = 0;
    }

    private int ReadValue()
    {
        reader.ReadValue(out int start, out int end);
        return view.AddRaw(start | RopeText.Patches, end | RopeText.Patches);
    }

    private readonly MendozaException WrongInput() =>
        reader.Fail(MendozaErrorCode.WrongType, "the value under the cursor is of another type");
}
