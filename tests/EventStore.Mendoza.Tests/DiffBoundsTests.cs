namespace EventStore.Mendoza.Tests;

/// <summary>
/// What the hardest pairs may cost, in bytes allocated by a thread that has made no patch before: every table of the
/// differ is among them, so a differ whose work is out of bounds shows here too.
/// </summary>
public sealed class DiffBoundsTests
{
    private const int MostTimesDocuments = 6;

    /// <summary>Tables have a least size, whatever the documents'.</summary>
    private const int MostForSmallDocuments = 4 * 1024 * 1024;

    [Fact]
    public void Small_documents_take_little_memory_however_hard_they_are()
    {
        foreach ((byte[] left, byte[] right) in HardPairs.Small)
        {
            Allocated(left, right, "small").ShouldBeLessThan(MostForSmallDocuments);
        }
    }

    [Fact]
    public void Arrays_of_100_000_elements_take_memory_in_proportion()
    {
        foreach ((string name, byte[] left, byte[] right) in HardPairs.LongArrays)
        {
            Allocated(left, right, name).ShouldBeLessThan(MostTimesDocuments * (left.Length + right.Length), name);
        }
    }

    [Fact]
    public void Long_arrays_that_are_moved_about_have_short_patches()
    {
        foreach ((string name, byte[] left, byte[] right) in HardPairs.LongArrays)
        {
            int most = name switch
            {
                "rotated" => 100,
                "edited" => 3000,
                "objects edited" => (int)(left.Length * 0.75),
                _ => right.Length + 4,
            };
            MendozaDiff.CreateApply(left, right).Length.ShouldBeLessThanOrEqualTo(most, name);
        }
    }

    [LongFact]
    public void Documents_of_32_megabytes_take_memory_in_proportion()
    {
        foreach ((string name, byte[] left, byte[] right) in HardPairs.Huge())
        {
            Allocated(left, right, name).ShouldBeLessThan(MostTimesDocuments * (left.Length + right.Length), name);
        }
    }

    private static long Allocated(byte[] left, byte[] right, string about)
    {
        long allocated = 0;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                MendozaPatchPair patches = MendozaDiff.Create(left, right);
                allocated = GC.GetAllocatedBytesForCurrentThread() - before;
                MendozaPatch.Apply(left, patches.Apply).AsSpan().SequenceEqual(right).ShouldBeTrue(about);
                MendozaPatch.Apply(right, patches.Revert).AsSpan().SequenceEqual(left).ShouldBeTrue(about);
            }
            catch (Exception exception)
            {
                failure = exception;
            }
        });
        thread.Start();
        thread.Join();
        failure.ShouldBeNull(about);
        return allocated;
    }
}
