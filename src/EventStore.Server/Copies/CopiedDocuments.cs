using System.Globalization;
using System.Text.Json.Nodes;
using EventStore.Log.Documents;
using EventStore.Log.Mutations;
using EventStore.Log.Postgres;
using EventStore.Log.Postgres.Copies;
using EventStore.Server.Jobs;

namespace EventStore.Server.Copies;

/// <summary>
/// A copy without history: the documents as they are at the sequence, created by transactions of whoever asked for the
/// copy at the time of copying. What the documents say of their own creation and last change they keep.
/// </summary>
/// <remarks>
/// The documents of a sequence are always read the same, and so are the portions made of them; a transaction's id tells
/// its portion. So one that was appended and not recorded as a step is known to the log when it is appended again.
/// </remarks>
internal sealed class CopiedDocuments(DatasetReader reader, CopiedMutations mutations)
{
    private const string Message = "Copying documents";

    /// <summary>Makes the copy, up to its publication.</summary>
    /// <returns>What was done, for people.</returns>
    public async Task<string> RunAsync(
        JobRun run, CopyRequest request, Dataset source, Dataset target, CancellationToken cancellationToken)
    {
        var step = run.Step ?? await BeginAsync(run, request, source, target, cancellationToken);
        var (portion, copied, documents) = ((int)step["portion"]!, (int)step["copied"]!, (int)step["documents"]!);
        var after = (string?)step["after"];
        var portions = mutations.Begin(run, target);
        portions.NextId = IdOf(run, portion);
        await foreach (var batch in reader.ReadAsync(source, request.Sequence, after, cancellationToken))
        {
            for (var index = 0; index < batch.Count; index++)
            {
                var (id, content) = (batch[index].Id, batch[index].Content);
                if (!request.Includes(id))
                {
                    continue;
                }

                copied++;
                var mutation = new CreateOrReplaceMutation(id, content);
                if (await portions.AddAsync(mutation, content.Length, cancellationToken))
                {
                    portions.NextId = IdOf(run, ++portion);
                    var progress = (int)Math.Min(99, 100L * copied / Math.Max(1, documents));
                    await run.CommitAsync(
                        progress, Message, Step(id.Value, portion, copied, documents), cancellationToken);
                }
            }
        }

        await portions.FlushAsync(cancellationToken);
        return string.Create(CultureInfo.InvariantCulture, $"Copied {copied} documents");
    }

    private static async Task<JsonObject> BeginAsync(
        JobRun run, CopyRequest request, Dataset source, Dataset target, CancellationToken cancellationToken)
    {
        await run.CommitAsync(
            0,
            Message,
            async connection =>
            {
                await DatasetConstruction.RequireAsync(connection, target, run.Job.Id, cancellationToken);
                await LogCloner.WriteEndAsync(connection, target, 0, 0, cancellationToken);
                var documents = await LogCloner.CountDocumentsAsync(
                    connection, source, request.Sequence, cancellationToken);
                return Step(null, 0, 0, documents);
            },
            cancellationToken);
        return run.Step!;
    }

    private static TransactionId IdOf(JobRun run, int portion) =>
        TransactionId.Parse(string.Create(CultureInfo.InvariantCulture, $"copy-{run.Job.Id}-{portion}"));

    private static JsonObject Step(string? after, int portion, int copied, int documents) => new()
    {
        ["after"] = after,
        ["portion"] = portion,
        ["copied"] = copied,
        ["documents"] = documents,
    };
}
