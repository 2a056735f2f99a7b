using EventStore.Mendoza.Ropes;

namespace EventStore.Mendoza.Patching;

/// <summary>An entry of the input stack: a value of the left document, the key it was reached by, and how many
/// containers it lies in.</summary>
internal readonly record struct Input(RopeChild Value, int Depth);
