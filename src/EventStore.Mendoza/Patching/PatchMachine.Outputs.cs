using EventStore.Mendoza.Json;
using EventStore.Mendoza.Ropes;

namespace EventStore.Mendoza.Patching;

// The writing half of the machine: what operations do to the top of the output stack, and how a finished entry becomes
// a value.
internal ref partial struct PatchMachine
{
    private void ReturnIntoArray() => Append(PopForReturn());

    private void ReturnIntoObject()
    {
        reader.ReadString(out int keyStart, out int keyEnd);
        SetField(PopForReturn(), keyStart | RopeText.Patches, keyEnd | RopeText.Patches, -1, -1);
    }

    private void ReturnIntoSameKey()
    {
        ref Input input = ref Input;
        if (!input.HasKey)
        {
            throw reader.Fail(MendozaErrorCode.NoKey, "the input was not reached by a key");
        }
        SetField(PopForReturn(), input.KeyStart, input.KeyEnd, input.Container, input.Position);
    }

    private int PopForReturn()
    {
        if (work.Outputs.Count < 2)
        {
            throw reader.Fail(MendozaErrorCode.StackUnderflow, "the output stack has nothing to return into");
        }
        if (work.Outputs.Last.State == OutputState.Source)
        {
            CheckSourceDepth();
        }
        return PopResult();
    }

    private void SetField(int node, int keyStart, int keyEnd, int container, int position)
    {
        OpenForWriting(OutputState.Object);
        work.AddEdit(node, keyStart, keyEnd, container, position);
    }

    private void Append(int node)
    {
        OpenForWriting(OutputState.Array);
        view.AppendChild(node, 0, 0, ref work.Parts, work.Outputs.Last.First);
    }

    private void AppendText()
    {
        reader.ReadString(out int start, out int end);
        OpenForWriting(OutputState.String);
        if (end - start > 2)
        {
            int node = view.AddRaw(start | RopeText.Patches, end | RopeText.Patches);
            view.AppendSlice(node, 0, view.CountOf(node), ref work.Parts, work.Outputs.Last.First);
        }
    }

    private void AppendSlice(OutputState type, JsonKind kind, int from, int to)
    {
        ref Input input = ref Input;
        if (view[input.Node].Kind != kind)
        {
            throw WrongInput();
        }
        if (from > to || !view.Has(input.Node, to))
        {
            throw reader.Fail(MendozaErrorCode.OutOfRange, "the slice lies outside the value");
        }
        OpenForWriting(type);
        if (kind == JsonKind.String)
        {
            AppendTextSlice(input.Node, from, to);
        }
        else if (from < to)
        {
            AppendElements(input, from, to);
        }
    }

    private void AppendElements(in Input input, int from, int to)
    {
        int first = work.Outputs.Last.First;
        int before = work.Parts.Count;
        view.AppendSlice(input.Node, from, to, ref work.Parts, first);
        if (input.Depth < work.Outputs.Count - 1)
        {
            for (int i = Math.Max(first, before - 1); i < work.Parts.Count; i++)
            {
                CheckDepth(input.Depth + 1, work.Outputs.Count, work.Parts[i].Length);
            }
        }
    }

    /// <summary>An empty slice is nothing to append, but must not lie within a code point either.</summary>
    private void AppendTextSlice(int node, int from, int to)
    {
        int first = work.Outputs.Last.First;
        int before = work.Parts.Count;
        view.AppendSlice(node, from, to, ref work.Parts, first);
        CheckCut(Math.Max(first, before - 1));
        if (from == to)
        {
            work.Parts.Truncate(before);
        }
    }

    /// <summary>Whether strings were cut between code points.</summary>
    private readonly void CheckCut(int first)
    {
        for (int i = first; i < work.Parts.Count; i++)
        {
            ref RopeEntry part = ref work.Parts[i];
            if (IsContinuation(part.Start) || IsContinuation(part.End))
            {
                throw reader.Fail(MendozaErrorCode.SplitCodePoint, "the slice cuts a code point in two");
            }
        }
    }

    private readonly bool IsContinuation(int offset) => (view.Text[offset] & 0xC0) == 0x80;

    /// <summary>
    /// Makes the top output ready to be written to as a type: the first write decides what a blank (or null) is.
    /// </summary>
    private void OpenForWriting(OutputState type)
    {
        ref Output top = ref work.Outputs.Last;
        if (top.State == type)
        {
            return;
        }
        if (top.State is not (OutputState.Source or OutputState.Blank))
        {
            throw WrongOutput();
        }
        if (top.State == OutputState.Source)
        {
            JsonKind kind = view[top.Source].Kind;
            if (kind == JsonKind.Null)
            {
                top.Source = -1;
            }
            else if (kind != KindOf(type))
            {
                throw WrongOutput();
            }
            else
            {
                CheckSourceDepth();
            }
        }
        top.State = type;
        top.First = type == OutputState.Object ? work.Edits.Count : work.Parts.Count;
        IsDepthInDoubt |= work.Outputs.Count > MendozaLimits.MaxDepth;
        if (top.Source >= 0 && type != OutputState.Object)
        {
            int count = view.CountOf(top.Source);
            if (count > 0)
            {
                view.AppendSlice(top.Source, 0, count, ref work.Parts, top.First);
            }
        }
    }

    /// <summary>Takes the top entry off the output stack as a finished value.</summary>
    private int PopResult()
    {
        ref Output top = ref work.Outputs.Last;
        work.Outputs.RemoveLast();
        return top.State switch
        {
            OutputState.Source => top.Source,
            OutputState.Blank => view.AddNull(),
            OutputState.Object => FinishObject(top),
            _ => FinishSequence(top),
        };
    }

    private int FinishSequence(in Output top)
    {
        int node = view.TryBuild(KindOf(top.State), work.Parts.AsSpan()[top.First..]);
        work.Parts.Truncate(top.First);
        return node >= 0 ? node : throw TooLarge();
    }

    private int FinishObject(in Output top)
    {
        int node = ObjectEdits.Finish(view, work, top.Source, top.First, isOrdered: false);
        return node >= 0 ? node : throw TooLarge();
    }

    /// <summary>
    /// Notes a value that goes to the top output and lay less deep before, if it may reach too deep now.
    /// </summary>
    private void CheckDepth(int before, int node)
    {
        if (before < work.Outputs.Count)
        {
            CheckDepth(before, work.Outputs.Count, view.LengthOf(node));
        }
    }

    /// <summary>The same for a value of the patch, which may be looked through: the patch pays for it.</summary>
    private void CheckValueDepth(int node)
    {
        ref RopeNode value = ref view[node];
        int length = value.End - value.Start;
        if (value.Kind >= JsonKind.Array && work.Outputs.Count + length / 2 > MendozaLimits.MaxDepth)
        {
            JsonScan.SkipValue(view.Text[value.Start, value.End], 0, out int height);
            IsDepthInDoubt |= work.Outputs.Count + height > MendozaLimits.MaxDepth;
        }
    }

    /// <summary>The same for the source of the top output, where that is going to be part of something.</summary>
    private void CheckSourceDepth()
    {
        ref Output top = ref work.Outputs.Last;
        int place = work.Outputs.Count - 1;
        if (top.Depth < place && view[top.Source].Kind >= JsonKind.Array)
        {
            CheckDepth(top.Depth, place, view.LengthOf(top.Source));
        }
    }

    /// <summary>Every level of nesting takes two bytes, so short values need no further look.</summary>
    private void CheckDepth(int before, int after, int length) =>
        IsDepthInDoubt |= after > before && after + length / 2 > MendozaLimits.MaxDepth;

    private static JsonKind KindOf(OutputState state) => state switch
    {
        OutputState.Object => JsonKind.Object,
        OutputState.Array => JsonKind.Array,
        _ => JsonKind.String,
    };

    private readonly MendozaException WrongOutput() =>
        reader.Fail(MendozaErrorCode.WrongType, "the output is of another type");

    private readonly MendozaException TooLarge() =>
        reader.Fail(MendozaErrorCode.ResultTooLarge, "the result is too large");
}
