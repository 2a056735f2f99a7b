using EventStore.Mendoza.Json;

namespace EventStore.Mendoza.Patching;

// The writing half of the machine: what operations do to the top of the output stack, and how a finished entry
// becomes pieces.
internal ref partial struct PatchMachine
{
    private void ReturnIntoArray()
    {
        (Piece value, int height) = PopForReturn();
        Append(value, height);
    }

    private void ReturnIntoObject(in Piece key)
    {
        (Piece value, int height) = PopForReturn();
        SetField(key, value, height);
    }

    private (Piece Value, int Height) PopForReturn() => output.Count > 1
        ? PopResult()
        : throw reader.Fail(MendozaErrorCode.StackUnderflow, "the output stack has nothing to return into");

    private void SetField(in Piece key, in Piece value, int height)
    {
        OpenForWriting(OutputState.Object);
        edits.Add(new FieldEdit(key, value, Deletes: false));
        output.Last.Height = Math.Max(output.Last.Height, height + 1);
    }

    private void Append(in Piece value, int height)
    {
        OpenForWriting(OutputState.Array);
        parts.Add(value);
        output.Last.Height = Math.Max(output.Last.Height, height + 1);
    }

    private void AppendSlice(int from, int to)
    {
        int node = Input();
        if (left[node].Kind != JsonKind.Array)
        {
            throw WrongInput();
        }
        if (from > to || to > left[node].Count)
        {
            throw reader.Fail(MendozaErrorCode.OutOfRange, "the slice lies outside the array");
        }
        OpenForWriting(OutputState.Array);
        if (from < to)
        {
            int start = left[left.Child(node, from)].Start;
            int end = left[left.Child(node, to - 1)].End;
            parts.Add(new Piece(PieceSource.Left, start, end));
            output.Last.Height = Math.Max(output.Last.Height, left.Height);
        }
    }

    private void AppendText(in Piece content)
    {
        OpenForWriting(OutputState.String);
        if (content.Start < content.End)
        {
            parts.Add(content);
        }
    }

    private void AppendTextSlice(int from, int to)
    {
        int node = Input();
        JsonNode text = left[node];
        if (text.Kind != JsonKind.String)
        {
            throw WrongInput();
        }
        EscapeMap? map = text.Escaped ? EscapesOf(node) : null;
        if (from > to || to > (map?.Length ?? text.Length - 2))
        {
            throw reader.Fail(MendozaErrorCode.OutOfRange, "the slice lies outside the string");
        }
        int start = text.Start + 1 + (map?.Spelled(from) ?? from);
        int end = text.Start + 1 + (map?.Spelled(to) ?? to);
        if (IsContinuation(start) || IsContinuation(end))
        {
            throw reader.Fail(MendozaErrorCode.SplitCodePoint, "the slice cuts a code point in two");
        }
        AppendText(new Piece(PieceSource.Left, start, end));
    }

    private readonly bool IsContinuation(int offset) => (left.Text[offset] & 0xC0) == 0x80;

    private EscapeMap EscapesOf(int node)
    {
        escapes ??= [];
        if (!escapes.TryGetValue(node, out EscapeMap? map))
        {
            map = new EscapeMap(left.Content(node));
            escapes.Add(node, map);
        }
        return map;
    }

    /// <summary>
    /// Makes the top output ready to be written to as a type: the first write decides what a blank (or null) is.
    /// </summary>
    private void OpenForWriting(OutputState type)
    {
        ref Output top = ref output.Last;
        if (top.State == type)
        {
            return;
        }
        if (top.State is not (OutputState.Source or OutputState.Blank))
        {
            throw WrongOutput();
        }
        if (top.HasSource)
        {
            byte first = TextOf(top.Source.Source)[top.Source.Start];
            OutputState? sourceType = first switch
            {
                (byte)'{' => OutputState.Object,
                (byte)'[' => OutputState.Array,
                (byte)'"' => OutputState.String,
                (byte)'n' => OutputState.Blank,
                _ => null,
            };
            top.HasSource = sourceType == type;
            if (!top.HasSource && sourceType != OutputState.Blank)
            {
                throw WrongOutput();
            }
        }
        top.State = type;
        top.First = type == OutputState.Object ? edits.Count : parts.Count;
        top.Height = Math.Max(top.Height, type == OutputState.String ? 0 : 1);
        if (top.HasSource && type != OutputState.Object && top.Source.End - top.Source.Start > 2)
        {
            parts.Add(top.Source with { Start = top.Source.Start + 1, End = top.Source.End - 1 });
        }
    }

    /// <summary>Takes the top entry off the output stack as a finished value.</summary>
    private (Piece Value, int Height) PopResult()
    {
        Output top = output.Last;
        Piece value = top.State switch
        {
            OutputState.Source => top.Source,
            OutputState.Blank => Null,
            OutputState.Object => FinishObject(top),
            OutputState.Array => FinishSequence(top, OpenArray, CloseArray, separated: true),
            _ => FinishSequence(top, Quote, Quote, separated: false),
        };
        output.RemoveLast();
        return (value, top.Height);
    }

    private Piece FinishSequence(in Output top, in Piece open, in Piece close, bool separated)
    {
        int first = pieces.Count;
        pieces.Add(open);
        for (int i = top.First; i < parts.Count; i++)
        {
            if (separated && i > top.First)
            {
                pieces.Add(Comma);
            }
            pieces.Add(parts[i]);
        }
        pieces.Add(close);
        parts.Truncate(top.First);
        return Finish(first);
    }

    private Piece FinishObject(in Output top)
    {
        int first = pieces.Count;
        int distinct = new EditOrder(left.Text, patch).Sort(edits.AsSpan()[top.First..]);
        Span<FieldEdit> own = edits.AsSpan().Slice(top.First, distinct);
        if (!top.HasSource)
        {
            var none = new JsonIndex("{}"u8);
            try
            {
                none.TryRead(1);
                Merge(ref none, 0, new Piece(PieceSource.Literal, 0, 2), own);
            }
            finally
            {
                none.Dispose();
            }
        }
        else if (top.Node >= 0)
        {
            Merge(ref left, top.Node, new Piece(PieceSource.Left, 0, 0), own);
        }
        else
        {
            var source = new JsonIndex(patch[top.Source.Start..top.Source.End]);
            try
            {
                source.TryRead(MendozaLimits.MaxDepth);
                Merge(ref source, 0, top.Source, own);
            }
            finally
            {
                source.Dispose();
            }
        }
        edits.Truncate(top.First);
        return Finish(first);
    }

    /// <summary>
    /// Adds the pieces of an object's source with the edits worked in: runs of untouched fields stay whole.
    /// </summary>
    private void Merge(ref JsonIndex source, int node, in Piece origin, Span<FieldEdit> own)
    {
        int start = pieces.Count;
        int kept = 0;
        int count = source[node].Count;
        pieces.Add(OpenObject);
        foreach (ref readonly FieldEdit edit in own)
        {
            ReadOnlySpan<byte> key = TextOf(edit.Key.Source)[(edit.Key.Start + 1)..(edit.Key.End - 1)];
            int place = source.LowerBound(node, kept, key, out bool found);
            KeepFields(ref source, node, origin, kept, place, start);
            kept = found ? place + 1 : place;
            if (!edit.Deletes)
            {
                Separate(start);
                pieces.Add(edit.Key);
                pieces.Add(Colon);
                pieces.Add(edit.Value);
            }
        }
        KeepFields(ref source, node, origin, kept, count, start);
        pieces.Add(CloseObject);
    }

    private void KeepFields(ref JsonIndex source, int node, in Piece origin, int from, int to, int start)
    {
        if (from < to)
        {
            Separate(start);
            int firstByte = origin.Start + source[source.Child(node, from)].KeyStart;
            int endByte = origin.Start + source[source.Child(node, to - 1)].End;
            pieces.Add(new Piece(origin.Source, firstByte, endByte));
        }
    }

    private void Separate(int start)
    {
        if (pieces.Count > start + 1)
        {
            pieces.Add(Comma);
        }
    }

    private Piece Finish(int first)
    {
        long length = 0;
        for (int i = first; i < pieces.Count; i++)
        {
            length += LengthOf(pieces[i]);
        }
        if (length > MendozaLimits.MaxResultLength)
        {
            throw reader.Fail(MendozaErrorCode.ResultTooLarge, "the result is too large");
        }
        built.Add(new BuiltValue(first, pieces.Count - first, (int)length));
        return new Piece(PieceSource.Built, built.Count - 1, 0);
    }

    private readonly MendozaException WrongOutput() =>
        reader.Fail(MendozaErrorCode.WrongType, "the output is of another type");
}
