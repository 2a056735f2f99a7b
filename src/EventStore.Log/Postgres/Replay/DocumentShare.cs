namespace EventStore.Log.Postgres.Replay;

/// <summary>Some of a dataset's documents, as many as fit in memory: every so-many-th by number.</summary>
/// <param name="Count">How many such shares there would be.</param>
/// <param name="Number">Which one it is, from 0.</param>
internal readonly record struct DocumentShare(int Count, int Number)
{
    public static DocumentShare All => new(1, 0);

    public bool Contains(int document) => document % Count == Number;

    public (DocumentShare First, DocumentShare Second) Halve() =>
        (new(Count * 2, Number), new(Count * 2, Number + Count));
}
