using System.Buffers;
using System.Text;
using EventStore.Log.Documents;
using EventStore.Log.Postgres;

namespace EventStore.Server.Export;

/// <summary>
/// The lines of an export of changes: a document that changed as it is now, and <c>{"_deleted":true,"_id":…}</c> for
/// one that is gone, or is not of the wanted types any more. Applied in any order to what an export of the earlier
/// state gave, they make what one of the later state gives.
/// </summary>
/// <param name="export">What is exported.</param>
/// <param name="bounds">Where the answer ends.</param>
internal sealed class ChangePage(ExportRequest export, ExportBounds bounds)
{
    /// <summary>The lines of some changes.</summary>
    /// <param name="changes">The changes by ascending id.</param>
    /// <param name="allowed">The documents that may be read.</param>
    public ReadOnlyMemory<byte> Select(IReadOnlyList<DocumentDifference> changes, HashSet<DocumentId> allowed)
    {
        var lines = new ArrayBufferWriter<byte>();
        foreach (var (id, before, after) in changes)
        {
            if (!bounds.TryEnter(id))
            {
                break;
            }

            if (!allowed.Contains(id))
            {
                continue;
            }

            var start = lines.WrittenCount;
            if (after is not null && IsWanted(after))
            {
                if (before?.Revision != after.Revision)
                {
                    DocumentContent.WriteWithRevision(after.Content.Span, after.Revision, lines);
                    lines.Write("\n"u8);
                }
            }
            else if (before is not null && IsWanted(before))
            {
                // An id holds nothing that JSON would escape.
                Encoding.ASCII.GetBytes($$"""{"_deleted":true,"_id":"{{id.Value}}"}""" + "\n", lines);
            }

            bounds.Send(lines.WrittenCount - start);
        }

        return lines.WrittenMemory;
    }

    private bool IsWanted(DocumentSnapshot document) =>
        export.Types is null || export.Wants(DocumentContent.Type(document.Content.Span));
}
