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

    /// <summary>The next operation, <see cref="End"/>, or <see cref="None"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly int ReadOperation(ref int at)
    {
        ReadOnlySpan<byte> rest = text[at..];
        if (rest.Length > 2)
        {
            // All operations that differs emit, but one at the root, have two digits.
            uint tens = (uint)(rest[0] - '0');
            uint ones = (uint)(rest[1] - '0');
            uint code = tens * 10 + ones;
            if (tens - 1 <= 1 && ones <= 9 && code < End && rest[2] == ',')
            {
                at += 3;
                return (int)code;
            }
        }
        int last = ReadLastOperation(rest);
        at += last is None or End ? 0 : 2;
        return last;
    }

    private static int ReadLastOperation(ReadOnlySpan<byte> rest)
    {
        if (rest.Length > 0 && rest[0] == ']')
        {
            return End;
        }
        return rest.Length > 2 && rest[0] == '1' && rest[1] is >= (byte)'4' and <= (byte)'6' && rest[2] == ']'
            ? 10 + rest[1] - '0'
            : None;
    }

    /// <summary>The number that follows, or <see cref="None"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly int ReadIndex(ref int at)
    {
        int index = PatchNumber.Read(text, at, out int next);
        at = next;
        return index;
    }

    /// <summary>Offset behind the string that follows; or <see cref="None"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly int ReadString(ref int at, out bool isEscaped)
    {
        isEscaped = false;
        if (at >= text.Length || text[at] != (byte)'"')
        {
            return None;
        }
        int stop = JsonScan.SkipString(text, at, out isEscaped);
        at = Behind(stop);
        return at < 0 ? None : stop;
    }

    /// <summary>Makes the value that follows, which is going to be at a depth, the result.</summary>
    private int ReadValue(int at, int depth)
    {
        int stop = JsonScan.SkipValue(text, at);
        int next = stop <= at ? None : Behind(stop);
        // Every level of nesting takes two bytes.
        if (next == None || (text[at] is (byte)'{' or (byte)'[' && depth + (stop - at) / 2 > MendozaLimits.MaxDepth))
        {
            return None;
        }
        result = view.AddRaw(at | RopeText.Patches, stop | RopeText.Patches);
        return next;
    }

    /// <summary>Where the next token starts, given where one stops; or <see cref="None"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly int Behind(int stop)
    {
        if ((uint)stop >= (uint)end)
        {
            return None;
        }
        byte mark = text[stop];
        return mark == ',' ? stop + 1 : mark == ']' ? stop : None;
    }
}
