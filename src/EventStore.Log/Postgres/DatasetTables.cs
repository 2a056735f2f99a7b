namespace EventStore.Log.Postgres;

/// <summary>
/// The tables that hold the contents of datasets, keyed by "dataset": what is deleted with one. A test compares the
/// list with the database, so that a new table cannot be forgotten.
/// </summary>
public static class DatasetTables
{
    /// <summary>
    /// Derived ones first: the log itself goes last. The state of the attribute index goes before what it describes, so
    /// that whoever is extending the index finds it gone.
    /// </summary>
    public static readonly IReadOnlyList<string> All =
    [
        "attribute_state", "attribute_path", "attribute_type", "attribute_entry",
        "asset", "reference", "keyframe", "head", "effect", "transaction", "document",
    ];
}
