namespace EventStore.Log.Postgres.Reading;

/// <summary>A document's head in a page.</summary>
/// <param name="Document">The document's number.</param>
/// <param name="Sequence">The transaction that made it.</param>
/// <param name="Revision">That transaction's id.</param>
/// <param name="Bytes">About how many bytes it takes as it is stored.</param>
internal readonly record struct HeadRow(int Document, long Sequence, string Revision, int Bytes)
{
    /// <summary>Where the page has its content.</summary>
    public int Start { get; init; }

    /// <summary>
    /// Bytes of its content in the page; 0 when that is younger than asked for, not settled or too large for a page.
    /// </summary>
    public int Length { get; init; }
}
