using System.Text;
using EventStore.Log.Projections;
using EventStore.Mendoza;

namespace EventStore.Server.Backups.Format;

/// <summary>What a layer of a backup says of a document.</summary>
/// <param name="Id">Its id, as bytes: that is how documents are sorted.</param>
/// <param name="Kind">What <paramref name="Content"/> is.</param>
/// <param name="Content">The document, canonical and with <c>_rev</c>; or a patch that leads to it; or nothing.</param>
internal readonly record struct DocumentEntry(
    ReadOnlyMemory<byte> Id, DocumentEntryKind Kind, ReadOnlyMemory<byte> Content)
{
    public string IdText => Encoding.UTF8.GetString(Id.Span);

    /// <summary>The document as it is, where the layers below know nothing of it or something of no use.</summary>
    public static DocumentEntry Whole(string id, ReadOnlyMemory<byte> json) =>
        new(Encoding.UTF8.GetBytes(id), DocumentEntryKind.Whole, json);

    /// <summary>What became of a document, in the shorter of the ways to say it.</summary>
    /// <param name="id">The document.</param>
    /// <param name="before">What the layers below say; empty when it did not exist.</param>
    /// <param name="after">What it is now; empty when it was deleted.</param>
    public static DocumentEntry Change(string id, ReadOnlyMemory<byte> before, ReadOnlyMemory<byte> after)
    {
        if (before.IsEmpty || after.IsEmpty)
        {
            return Whole(id, after) with
            {
                Kind = after.IsEmpty ? DocumentEntryKind.Deletion : DocumentEntryKind.Whole,
            };
        }

        var patch = DocumentChain.Diff(before, after).Apply;
        return patch.Length < after.Length / 2
            ? Whole(id, patch) with { Kind = DocumentEntryKind.Patch }
            : Whole(id, after);
    }

    /// <summary>The document, given what the layers below say; empty when it does not exist.</summary>
    /// <exception cref="BackupDamagedException">The patch does not fit.</exception>
    public ReadOnlyMemory<byte> Resolve(ReadOnlyMemory<byte> below)
    {
        if (Kind != DocumentEntryKind.Patch)
        {
            return Content;
        }

        try
        {
            return DocumentChain.Apply(below, Content.Span, PatchTrust.Untrusted);
        }
        catch (MendozaException exception)
        {
            throw new BackupDamagedException($"The change of document {IdText} does not fit: {exception.Message}");
        }
    }
}
