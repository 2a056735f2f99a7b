namespace EventStore.Parquet.Pages;

/// <summary>A run of equal nulls that the columns below have not been told of.</summary>
internal struct PendingNulls(ParquetPosition position, int count)
{
    public readonly ParquetPosition Position => position;

    public int Count { get; private set; } = count;

    /// <summary>Makes the run longer when these are more of the same; false when they are not.</summary>
    public bool Extend(ParquetPosition next, int more)
    {
        if (Count == 0 || next.Repetition != position.Repetition || next.Definition != position.Definition)
        {
            return false;
        }

        Count += more;
        return true;
    }
}
