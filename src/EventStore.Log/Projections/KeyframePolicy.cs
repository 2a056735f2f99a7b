namespace EventStore.Log.Projections;

/// <summary>
/// When a document's chain gets a keyframe: as soon as the patches since the last full value have grown as large as the
/// document itself, or as a few pages of the database when that is more. So keyframes cost at most about what the
/// patches cost, and a rebuild reads at most about twice the document, whatever its age. Small documents would
/// otherwise be stored again every few revisions, to save patches that cost microseconds.
/// </summary>
public static class KeyframePolicy
{
    /// <summary>Decides for one more patch.</summary>
    /// <param name="chainBytes">Bytes of patches since the last full value.</param>
    /// <param name="patchBytes">Bytes of the patch that is being appended.</param>
    /// <param name="documentBytes">Bytes of the document after it.</param>
    public static bool IsDue(int chainBytes, int patchBytes, int documentBytes) =>
        (long)chainBytes + patchBytes >= Math.Max(documentBytes, Limits.LeastChainBytes);
}
