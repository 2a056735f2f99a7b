using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using EventStore.Log.Documents;
using EventStore.Log.Mutations;
using EventStore.Log.Postgres;
using EventStore.Server.Jobs;

namespace EventStore.Server.Copies;

/// <summary>
/// Makes an existing dataset equal to another as of a sequence: what differs is replaced, what is missing created, what
/// the other does not have deleted, by ordinary transactions. The target may be read and written meanwhile; edits made
/// after its own sequence was fixed stay where they touch other documents.
/// </summary>
/// <remarks>
/// Whoever goes on after an interruption compares anew: what was done already makes no difference any more.
/// </remarks>
internal sealed class Synchronisation(DatasetReader datasets, TransactionReader reader, CopiedMutations mutations)
{
    public async Task RunAsync(
        JobRun run, CopyRequest request, Dataset source, Dataset target, CancellationToken cancellationToken)
    {
        var end = (await reader.HeadAsync(target, cancellationToken)).Sequence;
        var (written, deleted) = ((int?)run.Step?["written"] ?? 0, (int?)run.Step?["deleted"] ?? 0);
        var portions = mutations.Begin(run, target);

        // What was read of a dataset that is being erased might be a part only, and the rest would be deleted here.
        portions.Require = () => reader.HeadAsync(source, cancellationToken);
        await foreach (var mutation in CompareAsync(source, request.Sequence, target, end, cancellationToken))
        {
            var isDeletion = mutation is DeleteMutation;
            (written, deleted) = isDeletion ? (written, deleted + 1) : (written + 1, deleted);
            var bytes = mutation is CreateOrReplaceMutation { Document.Length: var length } ? length : 0;
            if (await portions.AddAsync(mutation, bytes, cancellationToken))
            {
                await run.CommitAsync(
                    run.Job.Progress,
                    Describe(written, deleted),
                    new JsonObject { ["written"] = written, ["deleted"] = deleted },
                    cancellationToken);
            }
        }

        await portions.FlushAsync(cancellationToken);
        await run.CompleteAsync(Describe(written, deleted), null, cancellationToken);
    }

    private static string Describe(int written, int deleted) =>
        string.Create(CultureInfo.InvariantCulture, $"{written} documents written, {deleted} deleted");

    /// <summary>What makes the target equal.</summary>
    private async IAsyncEnumerable<Mutation> CompareAsync(
        Dataset source,
        long sourceEnd,
        Dataset target,
        long targetEnd,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var wanted = ReadAsync(source, sourceEnd, cancellationToken);
        var found = ReadAsync(target, targetEnd, cancellationToken);
        await foreach (var pair in DocumentPair.MatchAsync(wanted, found, cancellationToken))
        {
            if (pair.ToMutation() is { } mutation)
            {
                yield return mutation;
            }
        }
    }

    private IAsyncEnumerable<(DocumentId Id, ReadOnlyMemory<byte> Content)> ReadAsync(
        Dataset dataset, long asOf, CancellationToken cancellationToken) =>
        DocumentPair.ReadAsync(datasets, dataset, asOf, cancellationToken);
}
