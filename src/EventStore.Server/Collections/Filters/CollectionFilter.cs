namespace EventStore.Server.Collections.Filters;

/// <summary>A condition on documents.</summary>
internal abstract class CollectionFilter
{
    /// <summary>Whether a document, canonical JSON, meets it.</summary>
    public abstract bool Matches(ReadOnlySpan<byte> document);
}
