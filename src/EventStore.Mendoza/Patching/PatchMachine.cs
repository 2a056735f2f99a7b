using EventStore.Mendoza.Json;

namespace EventStore.Mendoza.Patching;

/// <summary>
/// Runs a patch over two stacks: nodes of the left document being read, values being built. Nothing is copied while
/// it runs: a built value is a list of pieces, ranges of the two texts or other built values, and only the finished
/// result is written out. So an operation costs about the same whatever the size of the values it moves.
/// </summary>
internal ref partial struct PatchMachine
{
    private static ReadOnlySpan<byte> Literals => "{}[]\"\":,null"u8;

    private static readonly Piece OpenObject = new(PieceSource.Literal, 0, 1);
    private static readonly Piece CloseObject = new(PieceSource.Literal, 1, 2);
    private static readonly Piece OpenArray = new(PieceSource.Literal, 2, 3);
    private static readonly Piece CloseArray = new(PieceSource.Literal, 3, 4);
    private static readonly Piece Quote = new(PieceSource.Literal, 4, 5);
    private static readonly Piece Colon = new(PieceSource.Literal, 6, 7);
    private static readonly Piece Comma = new(PieceSource.Literal, 7, 8);
    private static readonly Piece Null = new(PieceSource.Literal, 8, 12);

    private readonly ReadOnlySpan<byte> patch;
    private JsonIndex left;
    private PatchReader reader;
    private PooledList<int> input;
    private PooledList<Output> output;
    private PooledList<Piece> parts;
    private PooledList<FieldEdit> edits;
    private PooledList<Piece> pieces;
    private PooledList<BuiltValue> built;
    private Dictionary<int, EscapeMap>? escapes;
    private Piece result;
    private int resultHeight;

    public PatchMachine(ReadOnlySpan<byte> left, ReadOnlySpan<byte> patch)
    {
        this.patch = patch;
        this.left = new JsonIndex(left);
        reader = new PatchReader(patch);
    }

    public void Dispose()
    {
        left.Dispose();
        input.Dispose();
        output.Dispose();
        parts.Dispose();
        edits.Dispose();
        pieces.Dispose();
        built.Dispose();
    }

    /// <summary>Runs the whole patch and returns the length of the result.</summary>
    public int Run()
    {
        if (!left.TryRead(MendozaLimits.MaxDepth))
        {
            throw new MendozaException(new MendozaError(
                MendozaErrorCode.MalformedDocument,
                -1,
                "the left document is not canonical JSON or nested too deeply"));
        }
        input.Add(0);
        PushSource(0);
        while (reader.TryReadOperation(out Operation operation))
        {
            Execute(operation);
        }
        (result, resultHeight) = PopResult();
        return LengthOf(result);
    }

    /// <summary>Writes the result.</summary>
    public void WriteTo(Span<byte> destination)
    {
        var pending = new PooledList<(int From, int To)>();
        try
        {
            int written = 0;
            pieces.Add(result);
            pending.Add((pieces.Count - 1, pieces.Count));
            while (pending.Count > 0)
            {
                ref (int From, int To) range = ref pending.Last;
                if (range.From == range.To)
                {
                    pending.RemoveLast();
                    continue;
                }
                Piece piece = pieces[range.From++];
                if (piece.Source == PieceSource.Built)
                {
                    BuiltValue value = built[piece.Start];
                    pending.Add((value.FirstPiece, value.FirstPiece + value.PieceCount));
                    continue;
                }
                ReadOnlySpan<byte> text = TextOf(piece.Source)[piece.Start..piece.End];
                text.CopyTo(destination[written..]);
                written += text.Length;
            }
        }
        finally
        {
            pending.Dispose();
        }
        if (resultHeight > MendozaLimits.MaxDepth)
        {
            // The height kept while running is an upper bound, so only the written result can tell.
            JsonScan.SkipValue(destination, 0, out int height);
            if (height > MendozaLimits.MaxDepth)
            {
                throw reader.Fail(MendozaErrorCode.ResultTooDeep, "the result is nested too deeply");
            }
        }
    }

    private void Execute(Operation operation)
    {
        switch (operation)
        {
            case Operation.Value:
                Piece value = reader.ReadValue(out int height);
                output.Add(new Output { Source = value, HasSource = true, Node = -1, Height = height });
                break;
            case Operation.Copy:
                PushSource(Input());
                break;
            case Operation.Blank:
                PushBlank();
                break;
            case Operation.ReturnIntoArray:
                ReturnIntoArray();
                break;
            case Operation.ReturnIntoObject:
                ReturnIntoObject(reader.ReadString());
                break;
            case Operation.ReturnIntoObjectSameKey:
                ReturnIntoObject(InputKey());
                break;
            case Operation.PushField:
                input.Add(Field(reader.ReadIndex()));
                break;
            case Operation.PushElement:
                input.Add(Element(reader.ReadIndex()));
                break;
            case Operation.PushParent:
                PushParent(reader.ReadIndex());
                break;
            case Operation.Pop:
                Input();
                input.RemoveLast();
                break;
            default:
                ExecuteShorthand(operation);
                break;
        }
    }

    private void ExecuteShorthand(Operation operation)
    {
        switch (operation)
        {
            case Operation.PushFieldCopy:
                input.Add(Field(reader.ReadIndex()));
                PushSource(input.Last);
                break;
            case Operation.PushFieldBlank:
                input.Add(Field(reader.ReadIndex()));
                PushBlank();
                break;
            case Operation.PushElementCopy:
                input.Add(Element(reader.ReadIndex()));
                PushSource(input.Last);
                break;
            case Operation.PushElementBlank:
                input.Add(Element(reader.ReadIndex()));
                PushBlank();
                break;
            case Operation.ReturnIntoObjectPop:
                ReturnIntoObject(reader.ReadString());
                Input();
                input.RemoveLast();
                break;
            case Operation.ReturnIntoObjectSameKeyPop:
                ReturnIntoObject(InputKey());
                input.RemoveLast();
                break;
            case Operation.ReturnIntoArrayPop:
                ReturnIntoArray();
                Input();
                input.RemoveLast();
                break;
            default:
                ExecuteWrite(operation);
                break;
        }
    }

    private void ExecuteWrite(Operation operation)
    {
        switch (operation)
        {
            case Operation.ObjectSetFieldValue:
                Piece value = reader.ReadValue(out int height);
                SetField(reader.ReadString(), value, height);
                break;
            case Operation.ObjectCopyField:
                int field = Field(reader.ReadIndex());
                SetField(KeyOf(field), ValueOf(field), left.Height);
                break;
            case Operation.ObjectDeleteField:
                Piece key = KeyOf(Field(reader.ReadIndex()));
                OpenForWriting(OutputState.Object);
                edits.Add(new FieldEdit(key, default, Deletes: true));
                break;
            case Operation.ArrayAppendValue:
                Piece element = reader.ReadValue(out int elementHeight);
                Append(element, elementHeight);
                break;
            case Operation.ArrayAppendSlice:
                AppendSlice(reader.ReadIndex(), reader.ReadIndex());
                break;
            case Operation.StringAppendString:
                Piece text = reader.ReadString();
                AppendText(new Piece(PieceSource.Patch, text.Start + 1, text.End - 1));
                break;
            default:
                AppendTextSlice(reader.ReadIndex(), reader.ReadIndex());
                break;
        }
    }

    private readonly int Input() => input.Count > 0
        ? input.Last
        : throw reader.Fail(MendozaErrorCode.StackUnderflow, "the input stack is empty");

    private int Field(int index) => ChildOfInput(index, JsonKind.Object);

    private int Element(int index) => ChildOfInput(index, JsonKind.Array);

    private int ChildOfInput(int index, JsonKind kind)
    {
        int node = Input();
        if (left[node].Kind != kind)
        {
            throw WrongInput();
        }
        return index < left[node].Count
            ? left.Child(node, index)
            : throw reader.Fail(MendozaErrorCode.OutOfRange, "the index lies outside the value");
    }

    private void PushParent(int distance)
    {
        if (distance > input.Count - 2)
        {
            throw reader.Fail(MendozaErrorCode.StackUnderflow, "the input stack has no such parent");
        }
        input.Add(input[input.Count - 2 - distance]);
    }

    private void PushSource(int node) => output.Add(new Output
    {
        Source = ValueOf(node),
        HasSource = true,
        Node = node,
        Height = left.Height,
    });

    private void PushBlank() => output.Add(new Output { State = OutputState.Blank, Node = -1 });

    private readonly Piece InputKey()
    {
        int node = Input();
        return left[node].HasKey
            ? KeyOf(node)
            : throw reader.Fail(MendozaErrorCode.NoKey, "the input was not reached by a key");
    }

    private readonly Piece ValueOf(int node) => new(PieceSource.Left, left[node].Start, left[node].End);

    private readonly Piece KeyOf(int node) => new(PieceSource.Left, left[node].KeyStart, left[node].KeyEnd);

    private readonly ReadOnlySpan<byte> TextOf(PieceSource source) => source switch
    {
        PieceSource.Left => left.Text,
        PieceSource.Patch => patch,
        _ => Literals,
    };

    private readonly int LengthOf(in Piece piece) =>
        piece.Source == PieceSource.Built ? built[piece.Start].Length : piece.End - piece.Start;

    private readonly MendozaException WrongInput() =>
        reader.Fail(MendozaErrorCode.WrongType, "the value under the cursor is of another type");
}
