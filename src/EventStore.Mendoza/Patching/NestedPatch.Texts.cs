using EventStore.Mendoza.Json;
using EventStore.Mendoza.Ropes;

namespace EventStore.Mendoza.Patching;

// Strings: put together at once if they are short and there is room for it, else as lists of pieces.
internal ref partial struct NestedPatch
{
    private int EditText(int at, int node, bool fromBlank)
    {
        int next = JoinText(at, node, fromBlank);
        return next != None ? next : ListText(at, node, fromBlank);
    }

    /// <summary>
    /// Puts a string together; <see cref="None"/> when there are escapes, or it gets long.
    /// </summary>
    private int JoinText(int at, int node, bool fromBlank)
    {
        if (!room.TryBegin() || !view.TryGetPlainText(node, out ReadOnlySpan<byte> old, out int first, out int last))
        {
            return None;
        }
        bool isWritten = false;
        while (true)
        {
            int code = ReadOperation(ref at);
            if (IsReturn(code))
            {
                return Return(at, code, isWritten ? KeepText() : fromBlank ? None : node);
            }
            if (!isWritten && !fromBlank && !room.TryAppend(old, first, last))
            {
                return None;
            }
            isWritten = true;
            switch (code)
            {
                case (int)Operation.StringAppendSlice:
                    int from = ReadIndex(ref at);
                    int to = ReadIndex(ref at);
                    if (from < 0 || from > to || to > last - first || IsWithinCodePoint(old[first + from])
                        || IsWithinCodePoint(old[first + to]) || !room.TryAppend(old, first + from, first + to))
                    {
                        return None;
                    }
                    break;
                case (int)Operation.StringAppendString:
                    int start = at;
                    int stop = ReadString(ref at, out bool isEscaped);
                    if (stop == None || isEscaped || !room.TryAppend(text, start + 1, stop - 1))
                    {
                        return None;
                    }
                    break;
                default:
                    return None;
            }
        }
    }

    private int KeepText()
    {
        room.End(out int start, out int stop);
        return view.AddPlainText(start, stop);
    }

    private static bool IsWithinCodePoint(byte first) => (first & 0xC0) == 0x80;

    private int ListText(int at, int node, bool fromBlank)
    {
        int first = view.NextEntry;
        bool isWritten = false;
        while (true)
        {
            int code = ReadOperation(ref at);
            if (IsReturn(code))
            {
                return Return(at, code, isWritten ? view.TryBuild(JsonKind.String, first) : fromBlank ? None : node);
            }
            if (!isWritten && !fromBlank && !view.TryAppendText(node, first))
            {
                return None;
            }
            isWritten = true;
            switch (code)
            {
                case (int)Operation.StringAppendSlice:
                    int from = ReadIndex(ref at);
                    int to = ReadIndex(ref at);
                    if (from < 0 || !view.TryAppendText(node, from, to, first))
                    {
                        return None;
                    }
                    break;
                case (int)Operation.StringAppendString:
                    int start = at;
                    int stop = ReadString(ref at, out bool isEscaped);
                    if (stop == None)
                    {
                        return None;
                    }
                    view.AppendNewText(start | RopeText.Patches, stop | RopeText.Patches, isEscaped, first);
                    break;
                default:
                    return None;
            }
        }
    }
}
