using System.Globalization;
using EventStore.Mendoza.Json;

namespace EventStore.Mendoza.Patching;

/// <summary>
/// Decodes a patch, in canonical spelling, operation by operation. Parameters are ranges of its text.
/// </summary>
internal ref struct PatchReader(ReadOnlySpan<byte> text)
{
    private readonly ReadOnlySpan<byte> text = text;
    private int position = 1;
    private int element;

    /// <summary>Position in the patch's array of the operation read last.</summary>
    public int OperationPosition { get; private set; }

    public bool TryReadOperation(out Operation operation)
    {
        operation = default;
        OperationPosition = element;
        if (!TryNext(out int start, out int end, out _))
        {
            return false;
        }
        if (!TryParseInteger(text[start..end], out int code) || code > (int)Operation.StringAppendSlice)
        {
            throw Fail(MendozaErrorCode.UnknownOperation, "not an operation of the patch format");
        }
        operation = (Operation)code;
        return true;
    }

    public int ReadIndex()
    {
        (int start, int end, _) = ReadParameter();
        return TryParseInteger(text[start..end], out int index)
            ? index
            : throw Fail(MendozaErrorCode.WrongParameter, "an index must be a whole number of at least 0");
    }

    /// <summary>A string parameter as a range of the patch, quotes included.</summary>
    public Piece ReadString()
    {
        (int start, int end, _) = ReadParameter();
        return text[start] == '"'
            ? new Piece(PieceSource.Patch, start, end)
            : throw Fail(MendozaErrorCode.WrongParameter, "a string is needed");
    }

    public Piece ReadValue(out int height)
    {
        (int start, int end, height) = ReadParameter();
        return new Piece(PieceSource.Patch, start, end);
    }

    /// <summary>Steps over the parameters of an operation, checking them.</summary>
    public void SkipParameters(Operation operation)
    {
        switch (operation)
        {
            case Operation.Value or Operation.ArrayAppendValue:
                ReadValue(out _);
                break;
            case Operation.ObjectSetFieldValue:
                ReadValue(out _);
                ReadString();
                break;
            case Operation.ReturnIntoObject or Operation.ReturnIntoObjectPop or Operation.StringAppendString:
                ReadString();
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

    private (int Start, int End, int Height) ReadParameter() => TryNext(out int start, out int end, out int height)
        ? (start, end, height)
        : throw Fail(MendozaErrorCode.Truncated, "the patch ends within an operation");

    private bool TryNext(out int start, out int end, out int height)
    {
        start = position;
        end = 0;
        height = 0;
        if (position >= text.Length || text[position] == ']')
        {
            return false;
        }
        end = JsonScan.SkipValue(text, position, out height);
        position = text[end] == ',' ? end + 1 : end;
        element++;
        return true;
    }

    /// <summary>Any spelling of a whole number counts; what exceeds an int is out of every range anyway.</summary>
    private static bool TryParseInteger(ReadOnlySpan<byte> number, out int value)
    {
        value = 0;
        if (number.Length <= 9)
        {
            int at = 0;
            while (at < number.Length && (uint)(number[at] - '0') <= 9)
            {
                value = value * 10 + (number[at++] - '0');
            }
            if (at == number.Length)
            {
                return true;
            }
        }
        if (number[0] is not ((byte)'-' or (>= (byte)'0' and <= (byte)'9')))
        {
            return false;
        }
        double exact = JsonNumber.Value(number);
        value = exact > int.MaxValue ? int.MaxValue : (int)exact;
        return exact >= 0 && exact == Math.Floor(exact);
    }
}
