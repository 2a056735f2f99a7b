using System.Buffers;
using System.Text;

namespace EventStore.Mendoza.Tests;

public sealed class PatchVectorTests
{
    [Fact]
    public void The_reference_patches_of_every_pair_give_its_other_side()
    {
        Vectors.Pairs.Count.ShouldBe(3160);
        foreach (Vector pair in Vectors.Pairs)
        {
            Same(MendozaPatch.Apply(pair.Left, pair.Apply), pair.Right, pair);
            Same(MendozaPatch.Apply(pair.Right, pair.Revert), pair.Left, pair);
        }
    }

    [Fact]
    public void Every_hand_written_patch_gives_its_result_or_a_typed_error()
    {
        var output = new ArrayBufferWriter<byte>();
        int count = 0;
        foreach (MachineVector vector in Vectors.Machine())
        {
            count++;
            output.ResetWrittenCount();
            bool applied = MendozaPatch.TryApply(vector.Left, vector.Patch, output, out MendozaError error);
            string? right = vector.Right is null ? null : Vectors.Normalized(vector.Right);
            (applied ? Vectors.Normalized(output.WrittenSpan) : null).ShouldBe(right, vector.Note);
            (error.Code == MendozaErrorCode.None).ShouldBe(applied, vector.Note);
            output.WrittenCount.ShouldBe(applied ? vector.Right!.Length : 0, vector.Note);
        }
        count.ShouldBe(101);
    }

    private static void Same(byte[] actual, byte[] expected, Vector pair)
    {
        if (!actual.AsSpan().SequenceEqual(expected) && Vectors.Normalized(actual) != Vectors.Normalized(expected))
        {
            Encoding.UTF8.GetString(actual)
                .ShouldBe(Encoding.UTF8.GetString(expected), $"line {pair.Line}, {pair.Kind}");
        }
    }
}
