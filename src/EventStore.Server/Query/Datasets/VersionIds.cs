namespace EventStore.Server.Query.Datasets;

/// <summary>The ids of a document's draft and of its versions in releases.</summary>
internal static class VersionIds
{
    public const string DraftPrefix = "drafts.";
    public const string VersionPrefix = "versions.";

    /// <summary>Whether a document of this id is neither a draft nor a version.</summary>
    public static bool IsPublished(string id) =>
        !id.StartsWith(DraftPrefix, StringComparison.Ordinal)
        && !id.StartsWith(VersionPrefix, StringComparison.Ordinal);
}
