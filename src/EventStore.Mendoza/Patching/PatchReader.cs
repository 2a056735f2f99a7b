using System.Globalization;
using EventStore.Mendoza.Json;

namespace EventStore.Mendoza.Patching;

/// <summary>
/// Decodes a patch, in canonical spelling, operation by operation. Parameters are ranges of its text.
/// </summary>
internal ref struct PatchReader
{
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
        int number = PatchNumber.Read(text, position, out int next);
        if (number >= 0)
        {
            position = next;
            element++;
            return number;
        }
        RequireParameter();
        ReadRange(out int start, out int end);
        return ParseInteger(text[start..end]);
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
