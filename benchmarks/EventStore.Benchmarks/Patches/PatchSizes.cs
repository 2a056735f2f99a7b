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
        var pairs = 0;
        var worst = 0;
        var larger = 0;
        foreach (var vector in ReferenceVector.Read(file))
        {
            var patches = MendozaDiff.Create(vector.Left, vector.Right);
            var mine = patches.Apply.Length + patches.Revert.Length;
            var theirs = vector.Apply.Length + vector.Revert.Length;
            ours += mine;
            reference += theirs;
            pairs++;
            larger += mine > theirs ? 1 : 0;
            worst = Math.Max(worst, mine - theirs);
        }

        return ComparisonTable.Describe(
            string.Create(
                CultureInfo.InvariantCulture,
                $"All {pairs:n0} recorded pairs, patches in both directions, counted in bytes with the fewest escapes "
                + $"on either side. {larger} pairs of ours are larger than the reference's."),
            [
                new(
                    "patch bytes, vectors, both directions",
                    Unit.Bytes,
                    new("MendozaDiff", [ours]),
                    new("reference differ (recorded)", [reference]),
                    Goal.AtMost(0.92)),
                new(
                    "the pair that is most larger than the reference's, by",
                    Unit.Bytes,
                    new("MendozaDiff", [worst]),
                    null,
                    Goal.Under(Largest, Unit.Bytes)),
            ]);
    }
}
