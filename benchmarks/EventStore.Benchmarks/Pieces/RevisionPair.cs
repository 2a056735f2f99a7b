using System.Text;
using EventStore.Benchmarks.Articles;
using EventStore.Mendoza;

namespace EventStore.Benchmarks.Pieces;

/// <summary>A revision and the next, in the forms that both sides of a comparison start from.</summary>
internal sealed record RevisionPair(
    byte[] Left, byte[] Right, MendozaPatchPair Patches, string LeftText, string RightText, string Delta)
{
    private static readonly Lazy<RevisionPair[]> Made = new(() =>
        [.. ArticleCorpus.Instance.EnumeratePairs().Select(pair => Create(pair.Left, pair.Right))]);

    /// <summary>All pairs of the corpus, each proven: every patch was applied and gave the right document.</summary>
    public static RevisionPair[] All => Made.Value;

    private static RevisionPair Create(byte[] left, byte[] right)
    {
        var patches = MendozaDiff.Create(left, right);
        RequireEqual(MendozaPatch.Apply(left, patches.Apply), right);
        RequireEqual(MendozaPatch.Apply(right, patches.Revert), left);
        var leftText = Encoding.UTF8.GetString(left);
        var rightText = Encoding.UTF8.GetString(right);
        var delta = PeerDiff.Create(leftText, rightText);
        PeerDiff.RequireEqual(PeerDiff.Apply(leftText, delta), rightText);
        return new(left, right, patches, leftText, rightText, delta);
    }

    private static void RequireEqual(byte[] actual, byte[] expected)
    {
        if (!actual.AsSpan().SequenceEqual(expected))
        {
            throw new InvalidOperationException("A Mendoza patch did not give the right document.");
        }
    }
}
