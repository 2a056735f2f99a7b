namespace EventStore.Mendoza.Diffing.Matching;

/// <summary>Where a right value was found by its bytes.</summary>
/// <param name="Right">The right value's node.</param>
/// <param name="At">The first place on the left; -1 where there is none.</param>
internal readonly record struct FoundPlace(int Right, int At);
