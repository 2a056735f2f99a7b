using System.Buffers;
using EventStore.Groq;
using EventStore.Log.Documents;
using EventStore.Log.Postgres;
using EventStore.Server.Auth.Roles;

namespace EventStore.Server.Auth;

/// <summary>
/// Tells which documents somebody may treat in some way, given their ids. Where that depends on what is in a document
/// it is read as it is today, whatever revision is asked for; a deleted one counts as it last was.
/// </summary>
internal sealed class DocumentScreen(DocumentReader reader)
{
    /// <summary>Those of some documents whose past may be seen, in their order.</summary>
    public async Task<IReadOnlyList<DocumentId>> WithHistoryAsync(
        Dataset dataset, DocumentAccess access, IReadOnlyList<DocumentId> ids, CancellationToken cancellationToken)
    {
        var allowed = await AllowedAsync(dataset, access, DocumentAccess.ReadPast, ids, cancellationToken);
        return [.. ids.Where(allowed.Contains)];
    }

    /// <summary>Those of some documents for which all of some permissions hold.</summary>
    public async Task<HashSet<DocumentId>> AllowedAsync(
        Dataset dataset,
        DocumentAccess access,
        DocumentPermissions permissions,
        IReadOnlyCollection<DocumentId> ids,
        CancellationToken cancellationToken)
    {
        var allowed = new HashSet<DocumentId>();
        var open = new List<DocumentId>();
        foreach (var id in ids)
        {
            if (access.Allows(permissions, id))
            {
                allowed.Add(id);
            }
            else if (access.DependsOnContent(permissions))
            {
                open.Add(id);
            }
        }

        foreach (var slice in open.Chunk(ServerLimits.DocumentSlice))
        {
            foreach (var document in await reader.ReadLastAsync(dataset, slice, cancellationToken))
            {
                if (access.Allows(permissions, document.Id, Content(document.Content, document.Revision)))
                {
                    allowed.Add(document.Id);
                }
            }
        }

        return allowed;
    }

    /// <summary>A document as a filter sees it.</summary>
    public static GroqDocument Content(ReadOnlyMemory<byte> content, string? revision)
    {
        if (revision is null)
        {
            return new(content);
        }

        var output = new ArrayBufferWriter<byte>(content.Length + revision.Length + 16);
        DocumentContent.WriteWithRevision(content.Span, revision, output);
        return new(output.WrittenMemory);
    }
}
