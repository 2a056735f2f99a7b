using System.Runtime.CompilerServices;
using EventStore.Log.Documents;
using EventStore.Log.Postgres;
using EventStore.Server.Auth;

namespace EventStore.Server.Export;

/// <summary>Reads what an export consists of, in portions that the client is waited for in between.</summary>
internal sealed class ExportSource(DatasetReader documents, DifferenceReader differences, DocumentScreen screen)
{
    /// <param name="export">What to read.</param>
    /// <param name="bounds">Where to end.</param>
    /// <param name="afterId">Starts after this document; null for the beginning.</param>
    /// <param name="isPast">Whether the past is read: what may be seen then depends on documents as of today.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(
        ExportRequest export,
        ExportBounds bounds,
        string? afterId,
        bool isPast,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var stretches = export.Since is { } since
            ? ReadChangesAsync(export, since, bounds, afterId, cancellationToken)
            : ReadDocumentsAsync(export, bounds, afterId, isPast, cancellationToken);
        await foreach (var lines in stretches)
        {
            for (var rest = lines; !rest.IsEmpty;)
            {
                var portion = rest[..Math.Min(rest.Length, ServerLimits.StreamFlushBytes)];
                yield return portion;
                rest = rest[portion.Length..];
            }

            if (bounds.HasSuccessor)
            {
                yield break;
            }
        }
    }

    private async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadDocumentsAsync(
        ExportRequest export,
        ExportBounds bounds,
        string? afterId,
        bool isPast,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var page = new ExportPage(export, bounds);
        var isScreened = isPast && export.Opened.Access.ReadsByContent;
        await foreach (var batch in documents.ReadAsync(
            export.Opened.Dataset, export.Sequence, afterId, cancellationToken))
        {
            var allowed = isScreened
                ? await AllowedAsync(
                    export, Enumerable.Range(0, batch.Count).Select(index => batch[index].Id), cancellationToken)
                : null;
            foreach (var lines in page.Select(batch, allowed))
            {
                yield return lines;
            }
        }
    }

    private async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadChangesAsync(
        ExportRequest export,
        long since,
        ExportBounds bounds,
        string? afterId,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var page = new ChangePage(export, bounds);
        await foreach (var slice in differences.ReadAsync(
            export.Opened.Dataset, since, export.Sequence, afterId, cancellationToken))
        {
            var allowed = await AllowedAsync(export, slice.Select(change => change.Id), cancellationToken);
            yield return page.Select(slice, allowed);
        }
    }

    private Task<HashSet<DocumentId>> AllowedAsync(
        ExportRequest export, IEnumerable<DocumentId> ids, CancellationToken cancellationToken) =>
        screen.AllowedAsync(
            export.Opened.Dataset, export.Opened.Access, DocumentAccess.ReadPast, [.. ids], cancellationToken);
}
