using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Xunit.Abstractions;

namespace EventStore.Mendoza.Tests;

/// <summary>Patches of generated pairs of documents lead from either side to the other, byte for byte.</summary>
public sealed class DiffRoundTripTests(ITestOutputHelper output)
{
    private const int Normal = 100_000;
    private const int Long = 5_000_000;

    [Fact]
    public void Patches_of_related_documents_lead_both_ways() => RoundTrips(Normal);

    [LongFact]
    public void Patches_of_millions_of_related_documents_lead_both_ways() => RoundTrips(Long);

    private void RoundTrips(int count)
    {
        ulong seed = (ulong)Environment.TickCount64;
        output.WriteLine($"seed {seed}, {count} pairs");
        int done = 0;
        Prop.ForAll(RelatedDocuments.Pairs.ToArbitrary(), pair =>
        {
            done++;
            return IsRoundTrip(pair);
        })
            .Check(Config.QuickThrowOnFailure.WithMaxTest(count).WithQuietOnSuccess(true)
                .WithReplay(seed, 1_000_000_007));
        done.ShouldBe(count);
    }

    private static bool IsRoundTrip(RelatedPair pair)
    {
        MendozaPatchPair patches = MendozaDiff.Create(pair.Left, pair.Right);
        return MendozaPatch.Apply(pair.Left, patches.Apply).AsSpan().SequenceEqual(pair.Right)
            && MendozaPatch.Apply(pair.Right, patches.Revert).AsSpan().SequenceEqual(pair.Left)
            && patches.Apply.Length <= "[0,]".Length + pair.Right.Length
            && patches.Revert.Length <= "[0,]".Length + pair.Left.Length;
    }
}

/// <summary>Two documents, and what to show of them when they fail.</summary>
internal sealed record RelatedPair(byte[] Left, byte[] Right)
{
    public override string ToString() =>
        $"{{\"left\":{Encoding.UTF8.GetString(Left)},\"right\":{Encoding.UTF8.GetString(Right)}}}";
}
