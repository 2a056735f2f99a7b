using FsCheck;
using FsCheck.Fluent;

namespace EventStore.Mendoza.Tests;

/// <summary>Pairs of small documents, mostly one and its edit.</summary>
internal static class RelatedDocuments
{
    /// <summary>Documents grow with the size that FsCheck asks for; at most so many levels.</summary>
    private const int Deepest = 4;

    public static Gen<RelatedPair> Pairs =>
        from depth in Gen.Frequency((6, Gen.Choose(1, 2)), (2, Gen.Constant(3)), (1, Gen.Constant(Deepest)))
        from seed in Gen.Choose(0, int.MaxValue - 1)
        select Pair(depth, seed);

    private static RelatedPair Pair(int depth, int seed)
    {
        var editor = new JsonModelEditor(new JsonModelGenerator(new Random(seed)));
        (JsonModel left, JsonModel right) = editor.Pair(depth);
        return new RelatedPair(left.Canonical(), right.Canonical());
    }
}
