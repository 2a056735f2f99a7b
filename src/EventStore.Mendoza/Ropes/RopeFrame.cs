using EventStore.Mendoza.Json;

namespace EventStore.Mendoza.Ropes;

/// <summary>A built value that is being written: the entries still to come.</summary>
internal struct RopeFrame
{
    public JsonKind Kind;

    /// <summary>Position of the first entry.</summary>
    public int First;

    /// <summary>Position of the next entry to write.</summary>
    public int Next;

    /// <summary>Position behind the last entry.</summary>
    public int End;
}
