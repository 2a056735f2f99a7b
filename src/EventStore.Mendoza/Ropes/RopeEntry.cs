namespace EventStore.Mendoza.Ropes;

/// <summary>
/// A part of a built value: either one child, or a run of consecutive children of a raw container as they stand in its
/// text. A string is a sequence of bytes in the same way: its entries are runs of raw strings.
/// </summary>
internal struct RopeEntry
{
    /// <summary>The number of a run that goes on to the end of its container, whose children nobody counted.</summary>
    public const int Uncounted = int.MaxValue;

    /// <summary>The child, or the raw container that a run is of.</summary>
    public int Node;

    /// <summary>Run: its first child's position there. Single child: the complement of its length with its key.
    /// </summary>
    public int From;

    /// <summary>How many children the built value has before these.</summary>
    public int Before;

    /// <summary>How many children these are; only the last entry of an object may be uncounted.</summary>
    public int Count;

    /// <summary>Run: offset of its text. Single child: offset of its key with the quotes, if it has one.</summary>
    public int Start;

    /// <summary>Offset behind that; equal to <see cref="Start"/> for an element.</summary>
    public int End;

    public readonly bool IsRun => From >= 0;

    /// <summary>Bytes of text that these take, without the comma behind them.</summary>
    public readonly int Length
    {
        get
        {
            // Which of the two an entry is would be a guess.
            int child = From >> 31;
            return (~From & child) | ((End - Start) & ~child);
        }
    }

    public readonly bool IsCounted => Count != Uncounted;
}
