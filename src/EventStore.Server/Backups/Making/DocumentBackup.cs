using System.Buffers;
using System.Runtime.CompilerServices;
using EventStore.Log.Documents;
using EventStore.Log.Postgres;
using EventStore.Server.Backups.Format;

namespace EventStore.Server.Backups.Making;

/// <summary>Writes a layer of documents: all of them, or those that changed since the layer below.</summary>
internal sealed class DocumentBackup(DatasetReader datasets, DifferenceReader differences)
{
    /// <summary>What share of the work, in percent, is done at its end.</summary>
    public const int Share = 80;

    public async Task<BackupStep> RunAsync(BackupWork work, BackupStep step, CancellationToken cancellationToken)
    {
        var layer = step.Layer!;
        var after = layer.Parts is [.., var last] ? last.LastId : null;
        var entries = layer.Since == 0
            ? ReadAllAsync(work.Dataset, layer, after, cancellationToken)
            : ReadChangesAsync(work.Dataset, layer, after, cancellationToken);
        var writer = new DocumentPartWriter();
        await foreach (var (entry, difference) in entries)
        {
            writer.Add(entry);
            layer = layer with { Documents = layer.Documents + difference };
            if (writer.IsFull)
            {
                (step, layer) = await KeepAsync(work, step, layer, writer, cancellationToken);
                writer = new();
            }
        }

        if (!writer.IsEmpty)
        {
            (step, layer) = await KeepAsync(work, step, layer, writer, cancellationToken);
        }

        return step with { Phase = BackupStep.AssetsPhase, Layers = [.. step.Layers, layer], Layer = null };
    }

    private static async Task<(BackupStep Step, DocumentLayer Layer)> KeepAsync(
        BackupWork work,
        BackupStep step,
        DocumentLayer layer,
        DocumentPartWriter writer,
        CancellationToken cancellationToken)
    {
        var (content, part) = writer.Finish();
        var key = work.NewKey();
        var written = await work.KeepAsync(
            content,
            key,
            (LogBackup.Share + Share) / 2,
            "Writing documents",
            sha256 => step with
            {
                Layer = layer with { Parts = [.. layer.Parts, part with { Key = key, Sha256 = sha256 }] },
            },
            cancellationToken);
        return (written, written.Layer!);
    }

    private async IAsyncEnumerable<(DocumentEntry Entry, int Difference)> ReadAllAsync(
        Dataset dataset,
        DocumentLayer layer,
        string? after,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var batch in datasets.ReadAsync(dataset, layer.Sequence, after, cancellationToken))
        {
            for (var index = 0; index < batch.Count; index++)
            {
                var line = batch[index];
                yield return (DocumentEntry.Whole(line.Id.Value, line.Json), 1);
            }
        }
    }

    private async IAsyncEnumerable<(DocumentEntry Entry, int Difference)> ReadChangesAsync(
        Dataset dataset,
        DocumentLayer layer,
        string? after,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var portion in differences.ReadAsync(
            dataset, layer.Since, layer.Sequence, after, cancellationToken))
        {
            foreach (var (id, before, now) in portion)
            {
                if (before is not null || now is not null)
                {
                    var difference = (now is null ? 0 : 1) - (before is null ? 0 : 1);
                    yield return (DocumentEntry.Change(id.Value, Line(before), Line(now)), difference);
                }
            }
        }
    }

    private static ReadOnlyMemory<byte> Line(DocumentSnapshot? document)
    {
        if (document is null)
        {
            return default;
        }

        var output = new ArrayBufferWriter<byte>(document.Content.Length + Log.Limits.TransactionIdLength);
        DocumentContent.WriteWithRevision(document.Content.Span, document.Revision, output);
        return output.WrittenMemory;
    }
}
