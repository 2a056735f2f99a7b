using System.Text;

namespace EventStore.Server.Backups.Format;

/// <summary>A document in a layer of a backup.</summary>
/// <param name="Id">Its id, as bytes: that is how documents are sorted.</param>
/// <param name="Json">Canonical, with <c>_rev</c>; empty when the document was deleted.</param>
internal readonly record struct DocumentEntry(ReadOnlyMemory<byte> Id, ReadOnlyMemory<byte> Json)
{
    public bool IsDeletion => Json.IsEmpty;

    public string IdText => Encoding.UTF8.GetString(Id.Span);
}
