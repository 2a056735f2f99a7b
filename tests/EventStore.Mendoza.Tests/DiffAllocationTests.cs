using System.Buffers;

namespace EventStore.Mendoza.Tests;

public sealed class DiffAllocationTests
{
    private const int LongestDocument = 64 * 1024;
    private const int WarmUps = 3;

    [Fact]
    public void Making_patches_allocates_nothing_once_a_thread_has_made_some()
    {
        (byte[] Left, byte[] Right)[] pairs = [.. Vectors.Pairs
            .Select(pair => (pair.Left, pair.Right))
            .Concat(HardPairs.Small)
            .Where(pair => !MayMixKeyOrders(pair.Left) && !MayMixKeyOrders(pair.Right))
            .Where(pair => Math.Max(pair.Left.Length, pair.Right.Length) <= LongestDocument)];
        pairs.Length.ShouldBeGreaterThan(2500);
        pairs.Max(pair => pair.Left.Length).ShouldBeGreaterThan(LongestDocument / 2);
        var apply = new ArrayBufferWriter<byte>(2 * LongestDocument);
        var revert = new ArrayBufferWriter<byte>(2 * LongestDocument);
        for (int i = 0; i < WarmUps; i++)
        {
            MakeAll(pairs, apply, revert);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        MakeAll(pairs, apply, revert);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Fact]
    public void Patches_are_the_same_in_arrays_and_in_buffers()
    {
        var apply = new ArrayBufferWriter<byte>();
        var revert = new ArrayBufferWriter<byte>();
        var alone = new ArrayBufferWriter<byte>();
        foreach (Vector pair in Vectors.Pairs)
        {
            apply.ResetWrittenCount();
            revert.ResetWrittenCount();
            alone.ResetWrittenCount();
            MendozaDiff.Create(pair.Left, pair.Right, apply, revert);
            MendozaDiff.CreateApply(pair.Left, pair.Right, alone);
            MendozaPatchPair both = MendozaDiff.Create(pair.Left, pair.Right);
            apply.WrittenSpan.SequenceEqual(both.Apply).ShouldBeTrue($"line {pair.Line}");
            revert.WrittenSpan.SequenceEqual(both.Revert).ShouldBeTrue($"line {pair.Line}");
            alone.WrittenSpan.SequenceEqual(both.Apply).ShouldBeTrue($"line {pair.Line}");
            MendozaDiff.CreateApply(pair.Left, pair.Right).ShouldBe(both.Apply, $"line {pair.Line}");
        }
    }

    [Fact]
    public void Threads_make_the_patches_that_one_makes()
    {
        string[] alone = [.. Vectors.Pairs.Select(Patches)];
        string[] together = [.. Vectors.Pairs.AsParallel().AsOrdered().WithDegreeOfParallelism(4).Select(Patches)];
        together.ShouldBe(alone);

        static string Patches(Vector pair)
        {
            MendozaPatchPair made = MendozaDiff.Create(pair.Left, pair.Right);
            return Convert.ToBase64String(made.Apply) + " " + Convert.ToBase64String(made.Revert);
        }
    }

    /// <summary>Keys in doubt between two orders are the one thing that takes memory each time.</summary>
    private static bool MayMixKeyOrders(byte[] document) =>
        document.AsSpan().IndexOfAny((byte)0xEE, (byte)0xEF) >= 0
        && document.AsSpan().IndexOfAnyInRange((byte)0xF0, (byte)0xFF) >= 0;

    private static void MakeAll(
        (byte[] Left, byte[] Right)[] pairs, ArrayBufferWriter<byte> apply, ArrayBufferWriter<byte> revert)
    {
        foreach ((byte[] left, byte[] right) in pairs)
        {
            apply.ResetWrittenCount();
            revert.ResetWrittenCount();
            MendozaDiff.Create(left, right, apply, revert);
        }
    }
}
