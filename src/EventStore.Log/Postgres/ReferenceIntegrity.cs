using EventStore.Log.Documents;
using EventStore.Log.Mutations;
using Npgsql;

namespace EventStore.Log.Postgres;

/// <summary>
/// Strong references point at documents that exist. Checked on the state after the whole transaction, so documents that
/// refer to each other may be created together in any order (wire contract, section 1).
/// </summary>
internal sealed class ReferenceIntegrity(NpgsqlConnection connection, Dataset dataset)
{
    private const string SelectExisting = """
        select document.id
        from eventstore.document
        join eventstore.head on head.dataset = document.dataset and head.document = document.number
        where document.dataset = $1 and document.id = any($2) and not head.deleted
        """;

    private const string SelectReferencing = """
        select document.id
        from eventstore.reference
        join eventstore.document on document.dataset = reference.dataset and document.number = reference.source
        where reference.dataset = $1 and reference.target = $2
        order by document.id
        limit $3
        """;

    /// <exception cref="MutationException">The transaction would leave a strong reference dangling.</exception>
    public async Task CheckAsync(AppendBatch batch, EvaluatedTransaction transaction)
    {
        if (!transaction.Prepared.Request.EnforceReferences)
        {
            return;
        }

        var after = transaction.Changed.ToDictionary(change => change.Id, change => change.After);
        var together = transaction.Prepared.Request.WrittenTogether;
        foreach (var change in transaction.Changed)
        {
            var trusted = together?.Contains(change.Id) == true ? together : null;
            await CheckTargetsAsync(batch, after, change, trusted);
            await CheckSourcesAsync(batch, after, change, trusted);
        }
    }

    private static ReadOnlyMemory<byte>? Pending(
        AppendBatch batch, Dictionary<DocumentId, ReadOnlyMemory<byte>> after, DocumentId id)
    {
        if (after.TryGetValue(id, out var content))
        {
            return content;
        }

        // Without the cast null would become an empty memory, by way of an empty array: a document that is deleted.
        return batch.Changed.TryGetValue(id, out var head) ? (ReadOnlyMemory<byte>?)head.Document.Content : null;
    }

    private static MutationException Error(MutationError error) => MutationException.Of(error);

    private async Task CheckTargetsAsync(
        AppendBatch batch,
        Dictionary<DocumentId, ReadOnlyMemory<byte>> after,
        DocumentChange change,
        IReadOnlySet<DocumentId>? trusted)
    {
        var targets = DocumentReferences.StrongTargets(change.After.Span);
        if (targets.Count == 0)
        {
            return;
        }

        var held = DocumentReferences.StrongTargets(change.Before.Content.Span);
        var unknown = new List<string>();
        foreach (var target in targets.Except(held, StringComparer.Ordinal))
        {
            var isId = DocumentId.TryParse(target, out var id, out _);
            if (isId && trusted?.Contains(id) == true)
            {
                continue;
            }

            var pending = isId ? Pending(batch, after, id) : null;
            if (pending is null)
            {
                unknown.Add(target);
            }
            else if (pending.Value.IsEmpty)
            {
                throw Missing(change.Id, target);
            }
        }

        if (unknown.Count == 0)
        {
            return;
        }

        var existing = await SelectAsync(SelectExisting, unknown.ToArray());
        if (unknown.Except(existing, StringComparer.Ordinal).FirstOrDefault() is { } missing)
        {
            throw Missing(change.Id, missing);
        }
    }

    /// <summary>
    /// A deletion, and a change of type, which acts as deletion and creation (wire contract, section 9).
    /// </summary>
    private async Task CheckSourcesAsync(
        AppendBatch batch,
        Dictionary<DocumentId, ReadOnlyMemory<byte>> after,
        DocumentChange change,
        IReadOnlySet<DocumentId>? trusted)
    {
        var before = change.Before.Content;
        var keepsIdentity = before.IsEmpty
            || (!change.After.IsEmpty
                && DocumentContent.Type(before.Span) == DocumentContent.Type(change.After.Span));
        if (keepsIdentity)
        {
            return;
        }

        var stored = await SelectAsync(
            SelectReferencing,
            change.Id.Value,
            Limits.ReferencingIdsShown + batch.Changed.Count + after.Count + (trusted?.Count ?? 0));
        var unchanged = stored.Where(id => Pending(batch, after, DocumentId.Parse(id)) is null);
        var pending = after.Keys.Union(batch.Changed.Keys)
            .Where(id => Pending(batch, after, id) is { IsEmpty: false } content
                && DocumentReferences.StrongTargets(content.Span).Contains(change.Id.Value))
            .Select(id => id.Value);
        var referencing = unchanged.Concat(pending)
            .Where(id => id != change.Id.Value && trusted?.Contains(DocumentId.Parse(id)) != true)
            .Order(StringComparer.Ordinal)
            .Take(Limits.ReferencingIdsShown)
            .ToList();
        if (referencing.Count > 0)
        {
            throw Error(new MutationError(
                MutationErrorType.DocumentHasExistingReferences,
                $"Document \"{change.Id.Value}\" cannot be deleted as \"{referencing[0]}\" refers to it")
            {
                Id = change.Id.Value,
                ReferencingIds = referencing,
            });
        }
    }

    private static MutationException Missing(DocumentId source, string target) => Error(new MutationError(
        MutationErrorType.DocumentReferenceDoesNotExist,
        $"Document \"{source.Value}\" references non-existent document \"{target}\"")
    {
        Id = source.Value,
        ReferenceId = target,
    });

    private async Task<List<string>> SelectAsync(string sql, params List<object> parameters)
    {
        await using var command = connection.CreateCommand(sql, dataset, parameters);
        await using var reader = await command.ExecuteReaderAsync();
        var ids = new List<string>();
        while (await reader.ReadAsync())
        {
            ids.Add(reader.GetString(0));
        }

        return ids;
    }
}
