using EventStore.Mendoza.Json;
using EventStore.Mendoza.Ropes;

namespace EventStore.Mendoza.Patching;

// Strings: put together at once if they are short and there is room for it, else as lists of pieces.
internal ref partial struct NestedPatch
{
    private int EditText(int node, bool fromBlank)
    {
        int start = position;
        int joined = JoinText(node, fromBlank);
        if (joined != None)
        {
            return joined;
        }
        position = start;
        return ListText(node, fromBlank);
    }

    /// <summary>
    /// Puts a string together; <see cref="None"/> when there are escapes, or it gets long.
    /// </summary>
    private int JoinText(int node, bool fromBlank)
    {
        if (!room.TryBegin() || !view.TryGetPlainText(node, out ReadOnlySpan<byte> old, out int first, out int last))
        {
            return None;
        }
        bool isWritten = false;
        while (true)
        {
            int code = ReadOperation();
            if (IsReturn(code))
            {
                closing = code;
                return isWritten ? KeepText() : fromBlank ? None : node;
            }
            if (!isWritten && !fromBlank && !room.TryAppend(old, first, last))
            {
                return None;
            }
            isWritten = true;
            switch (code)
            {
                case (int)Operation.StringAppendSlice:
                    int from = ReadIndex();
                    int to = ReadIndex();
                    if ((uint)from > (uint)to || to > last - first || IsWithinCodePoint(old[first + from])
                        || IsWithinCodePoint(old[first + to]) || !room.TryAppend(old, first + from, first + to))
                    {
                        return None;
                    }
                    break;
                case (int)Operation.StringAppendString:
                    if (!TryReadString(out int start, out int stop, out bool isEscaped) || isEscaped
                        || !room.TryAppend(text, start + 1, stop - 1))
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

    private int ListText(int node, bool fromBlank)
    {
        int first = view.NextEntry;
        bool isWritten = false;
        while (true)
        {
            int code = ReadOperation();
            if (IsReturn(code))
            {
                closing = code;
                return isWritten ? view.TryBuild(JsonKind.String, first) : fromBlank ? None : node;
            }
            if (!isWritten && !fromBlank && !view.TryAppendText(node, first))
            {
                return None;
            }
            isWritten = true;
            switch (code)
            {
                case (int)Operation.StringAppendSlice:
                    int from = ReadIndex();
                    int to = ReadIndex();
                    if (from < 0 || !view.TryAppendText(node, from, to, first))
                    {
                        return None;
                    }
                    break;
                case (int)Operation.StringAppendString:
                    if (!TryReadString(out int start, out int stop, out bool isEscaped))
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
