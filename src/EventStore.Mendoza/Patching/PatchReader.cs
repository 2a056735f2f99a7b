using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using EventStore.Mendoza.Json;

namespace EventStore.Mendoza.Patching;

/// <summary>
/// Decodes a patch, in canonical spelling, operation by operation. Parameters are ranges of its text.
/// </summary>
internal ref struct PatchReader
{
    private const ulong Zeros = 0x3030_3030_3030_3030;
    private const ulong HighBits = 0x8080_8080_8080_8080;
    private const ulong AboveNine = 0x7676_7676_7676_7676;

    private readonly ReadOnlySpan<byte> text;
    private int position;
    private int element;

    /// <summary>Starts at the opening bracket.</summary>
    /// <exception cref="MendozaException">There is none.</exception>
    public PatchReader(ReadOnlySpan<byte> text, int start)
    {
        this.text = text;
        if (start >= text.Length || text[start] != '[')
        {
            throw new MendozaException(new MendozaError(
                MendozaErrorCode.MalformedPatch, -1, "a patch must be a JSON array"));
        }
        position = start + 1;
    }

    /// <summary>Position in the patch's array of the operation read last.</summary>
    public int OperationPosition { get; private set; }

    public bool TryReadOperation(out Operation operation)
    {
        OperationPosition = element;
        if (position < text.Length && text[position] == ']')
        {
            operation = default;
            return false;
        }
        int code = ReadInteger();
        if (code is < 0 or > (int)Operation.StringAppendSlice)
        {
            throw Fail(MendozaErrorCode.UnknownOperation, "not an operation of the patch format");
        }
        operation = (Operation)code;
        return true;
    }

    public int ReadIndex()
    {
        int index = ReadInteger();
        return index >= 0
            ? index
            : throw Fail(MendozaErrorCode.WrongParameter, "an index must be a whole number of at least 0");
    }

    /// <summary>A string parameter as a range of the text, quotes included.</summary>
    public void ReadString(out int start, out int end)
    {
        RequireParameter();
        if (text[position] != '"')
        {
            throw Fail(MendozaErrorCode.WrongParameter, "a string is needed");
        }
        ReadRange(out start, out end);
    }

    /// <summary>A parameter as a range of the text.</summary>
    public void ReadValue(out int start, out int end)
    {
        RequireParameter();
        ReadRange(out start, out end);
    }

    /// <summary>Steps over the parameters of an operation, checking them.</summary>
    public void SkipParameters(Operation operation)
    {
        switch (operation)
        {
            case Operation.Value or Operation.ArrayAppendValue:
                ReadValue(out _, out _);
                break;
            case Operation.ObjectSetFieldValue:
                ReadValue(out _, out _);
                ReadString(out _, out _);
                break;
            case Operation.ReturnIntoObject or Operation.ReturnIntoObjectPop or Operation.StringAppendString:
                ReadString(out _, out _);
                break;
            case Operation.ArrayAppendSlice or Operation.StringAppendSlice:
                ReadIndex();
                ReadIndex();
                break;
            case Operation.PushField or Operation.PushElement or Operation.PushParent or Operation.PushFieldCopy
                or Operation.PushFieldBlank or Operation.PushElementCopy or Operation.PushElementBlank
                or Operation.ObjectCopyField or Operation.ObjectDeleteField:
                ReadIndex();
                break;
            default:
                break;
        }
    }

    public readonly MendozaException Fail(MendozaErrorCode code, string message) => new(new MendozaError(
        code,
        OperationPosition,
        string.Create(
            CultureInfo.InvariantCulture, $"{message} (operation at position {OperationPosition} of the patch)")));

    private readonly void RequireParameter()
    {
        if (position < text.Length && text[position] == ']')
        {
            throw Fail(MendozaErrorCode.Truncated, "the patch ends within an operation");
        }
        if (position >= text.Length)
        {
            throw Malformed();
        }
    }

    /// <summary>A whole number in any spelling; -1 for anything else.</summary>
    private int ReadInteger()
    {
        if (text.Length - position > sizeof(ulong))
        {
            // One to seven plain digits and what follows them, all at once, since their number is unpredictable.
            ulong bytes = BinaryPrimitives.ReadUInt64LittleEndian(text[position..]);
            ulong digits = bytes ^ Zeros;
            ulong others = (((digits & ~HighBits) + AboveNine) | digits) & HighBits;
            int length = BitOperations.TrailingZeroCount(others) & ~7;
            byte behind = (byte)(bytes >> length);
            if (others != 0 && length > 0 && behind is ((byte)',' or (byte)']'))
            {
                position += (length >> 3) + (behind == ',' ? 1 : 0);
                element++;
                return Combine(digits << (64 - length));
            }
        }
        return ReadIntegerSlowly();
    }

    private int ReadIntegerSlowly()
    {
        RequireParameter();
        int value = 0;
        int at = position;
        while (at < text.Length && at - position < 9 && (uint)(text[at] - '0') <= 9)
        {
            value = value * 10 + (text[at++] - '0');
        }
        if (at > position && at < text.Length && text[at] is ((byte)',' or (byte)']'))
        {
            StepBehind(at);
            return value;
        }
        ReadRange(out int start, out int end);
        return ParseInteger(text[start..end]);
    }

    /// <summary>The number that eight digits spell, the first in the lowest byte.</summary>
    private static int Combine(ulong digits)
    {
        ulong pairs = (digits * 10 + (digits >> 8)) & 0x00FF_00FF_00FF_00FF;
        ulong fours = (pairs * 100 + (pairs >> 16)) & 0x0000_FFFF_0000_FFFF;
        return (int)(uint)(fours * 10_000 + (fours >> 32));
    }

    private void ReadRange(out int start, out int end)
    {
        start = position;
        end = JsonScan.SkipValue(text, start);
        if (end <= start || end >= text.Length || text[end] is not ((byte)',' or (byte)']'))
        {
            throw Malformed();
        }
        StepBehind(end);
    }

    private void StepBehind(int end)
    {
        position = text[end] == ',' ? end + 1 : end;
        element++;
    }

    private readonly MendozaException Malformed() =>
        Fail(MendozaErrorCode.MalformedPatch, "the patch is not canonical JSON");

    /// <summary>What exceeds an int is out of every range anyway.</summary>
    private static int ParseInteger(ReadOnlySpan<byte> number)
    {
        if (JsonNumber.Measure(number, out _) != number.Length)
        {
            return -1;
        }
        double exact = JsonNumber.Value(number);
        return exact < 0 || exact != Math.Floor(exact) ? -1
            : exact > int.MaxValue ? int.MaxValue
            : (int)exact;
    }
}
