using System.Globalization;
using EventStore.Benchmarks.Results;
using EventStore.Mendoza;

namespace EventStore.Benchmarks.Patches;

/// <summary>How long our patches are beside those the reference differ made of the same documents.</summary>
internal static class PatchSizes
{
    private const double Largest = 2;

    public static BenchmarkResult Compare()
    {
        var file = SharedFiles.Find("mendoza", "vectors.ndjson")
            ?? throw new FileNotFoundException("The vectors of the diff format are not at hand (../shared/mendoza).");
        long ours = 0, reference = 0;
        int pairs = 0, compared = 0, larger = 0;
        var worst = int.MinValue;
        foreach (var vector in ReferenceVector.Read(file))
        {
            var patches = MendozaDiff.Create(vector.Left, vector.Right);
            ours += patches.Apply.Length + patches.Revert.Length;
            reference += vector.Apply.Length + vector.Revert.Length;
            pairs++;
            if (vector.IsRightInJavaScript)
            {
                var excess = ExcessOfPatches(vector);
                compared++;
                larger += excess > 0 ? 1 : 0;
                worst = Math.Max(worst, excess);
            }
        }

        return ComparisonTable.Describe(
            string.Create(
                CultureInfo.InvariantCulture,
                $"All {pairs:n0} recorded pairs, patches in both directions, counted in bytes with the fewest escapes "
                + $"on either side. To the reference, another spelling of a number is no change, to us it is. So the "
                + $"total is of the documents as they stand, while single patches are compared on documents whose "
                + $"numbers all have one spelling, and on the {compared:n0} pairs whose recorded patches the npm "
                + $"patchers apply correctly. In {larger} of these, a patch of ours is larger than the reference's."),
            [
                new(
                    "patch bytes, vectors, both directions",
                    Unit.Bytes,
                    new("MendozaDiff", [ours]),
                    new("reference differ (recorded)", [reference]),
                    Goal.AtMost(0.92)),
                new(
                    "the patch that is most larger than the reference's, by",
                    Unit.Bytes,
                    new("MendozaDiff", [worst]),
                    null,
                    Goal.Under(Largest, Unit.Bytes)),
            ]);
    }

    /// <summary>By how many bytes the worse of both patches is larger than the reference's.</summary>
    private static int ExcessOfPatches(ReferenceVector vector)
    {
        var patches = MendozaDiff.Create(
            JsonValues.WithPlainNumbers(vector.Left), JsonValues.WithPlainNumbers(vector.Right));
        return Math.Max(
            patches.Apply.Length - JsonValues.WithPlainNumbers(vector.Apply).Length,
            patches.Revert.Length - JsonValues.WithPlainNumbers(vector.Revert).Length);
    }
}
