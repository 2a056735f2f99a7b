using System.Runtime.CompilerServices;
using EventStore.Mendoza.Json;
using EventStore.Mendoza.Ropes;

namespace EventStore.Mendoza.Patching;

// The tokens of a patch in its usual spelling; any other is one for the machine.
internal ref partial struct NestedPatch
{
    /// <summary>Deepest nesting of what is entered; deeper than any document is that somebody wrote.</summary>
    private const int MostNested = 64;

    /// <summary>In place of an operation: the end of the patch.</summary>
    private const int End = 24;

    private static bool IsReturn(int code) => code is >= (int)Operation.ReturnIntoObjectPop
        and <= (int)Operation.ReturnIntoArrayPop or End;

    /// <summary>The next operation, <see cref="End"/>, or -1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int ReadOperation()
    {
        ReadOnlySpan<byte> rest = text[position..];
        if (rest.Length > 2)
        {
            // All operations that differs emit, but one at the root, have two digits.
            uint tens = (uint)(rest[0] - '0');
            uint ones = (uint)(rest[1] - '0');
            uint code = tens * 10 + ones;
            if (tens - 1 <= 1 && ones <= 9 && code < End && rest[2] == ',')
            {
                position += 3;
                return (int)code;
            }
        }
        return ReadLastOperation();
    }

    private int ReadLastOperation()
    {
        ReadOnlySpan<byte> rest = text[position..];
        if (rest.Length > 0 && rest[0] == ']')
        {
            return End;
        }
        if (rest.Length > 2 && rest[0] == '1' && rest[1] is >= (byte)'4' and <= (byte)'6' && rest[2] == ']')
        {
            position += 2;
            return 10 + rest[1] - '0';
        }
        return -1;
    }

    private int ReadIndex() => PatchNumber.TryRead(text, ref position, out int index) ? index : -1;

    private bool TryReadString(out int start, out int stop, out bool isEscaped)
    {
        start = position;
        stop = -1;
        isEscaped = false;
        if (start < text.Length && text[start] == '"')
        {
            stop = JsonScan.SkipString(text, start, out isEscaped);
        }
        return TryStepBehind(stop);
    }

    /// <summary>The node of the value that follows, which is going to be at a depth; or <see cref="None"/>.</summary>
    private int ReadValue(int depth)
    {
        int start = position;
        int stop = JsonScan.SkipValue(text, start);
        if (stop <= start || !TryStepBehind(stop))
        {
            return None;
        }
        // Every level of nesting takes two bytes.
        if (text[start] is (byte)'{' or (byte)'[' && depth + (stop - start) / 2 > MendozaLimits.MaxDepth)
        {
            return None;
        }
        return view.AddRaw(start | RopeText.Patches, stop | RopeText.Patches);
    }

    private bool TryStepBehind(int token)
    {
        if (token < 0 || token >= end || text[token] is not ((byte)',' or (byte)']'))
        {
            return false;
        }
        position = text[token] == ',' ? token + 1 : token;
        return true;
    }

    private bool TryStep(ReadOnlySpan<byte> token)
    {
        bool isThere = text[position..].StartsWith(token);
        position += isThere ? token.Length : 0;
        return isThere;
    }
}
