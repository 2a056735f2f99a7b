using System.Buffers;
using System.Text.Json;
using EventStore.Mendoza;

namespace EventStore.Cli.Patches;

/// <summary>
/// Reads <c>{"left","right","apply","revert"}</c>, applies both patches and compares; writes <c>{"ok":true}</c> or
/// <c>{"ok":false,"error"}</c>.
/// </summary>
internal sealed class CheckOperation : LineOperation
{
    private static readonly string[] Fields = ["left", "right", "apply", "revert"];

    public override bool Refuse(IBufferWriter<byte> output, LineError error)
    {
        output.Write("{\"ok\":false,\"error\":"u8);
        error.WriteTo(output);
        output.Write("}"u8);
        return false;
    }

    protected override bool TryAnswer(ReadOnlyMemory<byte> line, IBufferWriter<byte> output, out LineError error)
    {
        var values = new ReadOnlyMemory<byte>[Fields.Length];
        if (!TryReadFields(line, Fields, values, out error)
            || !TryCanonicalize("left", values[0], out var left, out error)
            || !TryCanonicalize("right", values[1], out var right, out error)
            || !TryCheck("apply", left, values[2], "right", right, out error)
            || !TryCheck("revert", right, values[3], "left", left, out error))
        {
            return false;
        }

        output.Write("{\"ok\":true}"u8);
        return true;
    }

    private static bool TryCheck(
        string field,
        ReadOnlySpan<byte> from,
        ReadOnlyMemory<byte> patch,
        string expectedName,
        ReadOnlySpan<byte> expected,
        out LineError error)
    {
        var result = new ArrayBufferWriter<byte>();
        if (!MendozaPatch.TryApply(from, patch.Span, result, out var failure))
        {
            error = LineError.OfPatch(field, failure);
            return false;
        }

        if (!AreEqual(result.WrittenSpan, expected))
        {
            error = LineError.OfResult(field, expectedName);
            return false;
        }

        error = default;
        return true;
    }

    /// <summary>
    /// Equal as values: other differs take two spellings of one double for equal, and keep the older spelling. Both
    /// sides are canonical, so all else that is equal is equal byte for byte.
    /// </summary>
    private static bool AreEqual(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (left.SequenceEqual(right))
        {
            return true;
        }

        var options = new JsonReaderOptions { MaxDepth = int.MaxValue };
        var x = new Utf8JsonReader(left, options);
        var y = new Utf8JsonReader(right, options);
        while (x.Read())
        {
            if (!y.Read() || x.TokenType != y.TokenType || !AreEqualTokens(ref x, ref y))
            {
                return false;
            }
        }

        return !y.Read();
    }

    private static bool AreEqualTokens(ref Utf8JsonReader x, ref Utf8JsonReader y)
    {
        if (x.ValueSpan.SequenceEqual(y.ValueSpan))
        {
            return true;
        }

        return x.TokenType == JsonTokenType.Number
            && x.TryGetDouble(out var left)
            && y.TryGetDouble(out var right)
            && BitConverter.DoubleToInt64Bits(left) == BitConverter.DoubleToInt64Bits(right);
    }
}
