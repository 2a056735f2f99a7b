namespace EventStore.Mendoza.Diffing.Plans;

/// <summary>A key of the left object, the right one, or both.</summary>
/// <param name="LeftIndex">The key's position in the left object.</param>
/// <param name="LeftNode">The left value; -1 when only the right object has the key.</param>
/// <param name="RightNode">The right value; -1 when only the left object has the key.</param>
/// <param name="Same">Whether both have it with the same value.</param>
internal readonly record struct FieldMatch(int LeftIndex, int LeftNode, int RightNode, bool Same);
