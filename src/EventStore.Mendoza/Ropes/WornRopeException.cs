namespace EventStore.Mendoza.Ropes;

/// <summary>
/// A patch copied more entries of built values than its share: the document is to be written out and the patch applied
/// to its text, where a run of any length is one entry. It never leaves the library.
/// </summary>
internal sealed class WornRopeException : Exception
{
    public static readonly WornRopeException Instance = new();
}
