namespace EventStore.Server.Rollback;

/// <summary>What a plan does to a document, and what stands in its way; the words of the wire.</summary>
internal static class RollbackActions
{
    /// <summary>It was deleted and comes back.</summary>
    public const string Create = "create";

    public const string Update = "update";

    public const string Delete = "delete";

    /// <summary>It stays as it is: what was to be undone has been, or it is skipped.</summary>
    public const string None = "none";

    /// <summary>Nothing was edited since.</summary>
    public const string Clean = "clean";

    /// <summary>Later edits touch other places and stay.</summary>
    public const string Merged = "merged";

    /// <summary>Later edits of the same places are lost, as was asked for.</summary>
    public const string Forced = "forced";

    /// <summary>Something is in the way, so it is left out, as was asked for.</summary>
    public const string Skipped = "skipped";

    /// <summary>Something is in the way of the whole plan.</summary>
    public const string Conflict = "conflict";
}
