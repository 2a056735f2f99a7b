using System.Buffers;
using EventStore.Mendoza;

namespace EventStore.Cli.Patches;

/// <summary>Reads <c>{"left","patch"}</c>, writes <c>{"right"}</c> or <c>{"error"}</c>.</summary>
internal sealed class ApplyOperation : LineOperation
{
    private static readonly string[] Fields = ["left", "patch"];

    protected override bool TryAnswer(ReadOnlyMemory<byte> line, IBufferWriter<byte> output, out LineError error)
    {
        var values = new ReadOnlyMemory<byte>[Fields.Length];
        if (!TryReadFields(line, Fields, values, out error)
            || !TryCanonicalize("left", values[0], out var left, out error))
        {
            return false;
        }

        output.Write("{\"right\":"u8);
        if (!MendozaPatch.TryApply(left, values[1].Span, output, out var failure))
        {
            error = LineError.OfPatch("patch", failure);
            return false;
        }

        output.Write("}"u8);
        return true;
    }
}
