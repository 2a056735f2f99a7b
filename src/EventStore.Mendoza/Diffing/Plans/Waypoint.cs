namespace EventStore.Mendoza.Diffing.Plans;

/// <summary>A value on the way from the root to another.</summary>
/// <param name="Node">The value.</param>
/// <param name="Position">Its position in its container.</param>
internal readonly record struct Waypoint(int Node, int Position);
