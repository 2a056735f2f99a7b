using System.Buffers;
using EventStore.Mendoza;

namespace EventStore.Cli.Patches;

/// <summary>Reads <c>{"left","right"}</c>, writes <c>{"apply","revert"}</c>.</summary>
internal sealed class DiffOperation : LineOperation
{
    private static readonly string[] Fields = ["left", "right"];

    protected override bool TryAnswer(ReadOnlyMemory<byte> line, IBufferWriter<byte> output, out LineError error)
    {
        var values = new ReadOnlyMemory<byte>[Fields.Length];
        if (!TryReadFields(line, Fields, values, out error)
            || !TryCanonicalize("left", values[0], out var left, out error)
            || !TryCanonicalize("right", values[1], out var right, out error))
        {
            return false;
        }

        var patches = MendozaDiff.Create(left, right);
        output.Write("{\"apply\":"u8);
        output.Write(patches.Apply);
        output.Write(",\"revert\":"u8);
        output.Write(patches.Revert);
        output.Write("}"u8);
        return true;
    }
}
