using EventStore.Mendoza.Ropes;

namespace EventStore.Mendoza.Patching;

/// <summary>
/// An entry of the input stack: a value of the left document with the key it was reached by, the container and the
/// position there that it has (-1 for the root), and how many containers it lies in.
/// </summary>
internal readonly record struct Input(RopeChild Value, int Container, int Position, int Depth);
