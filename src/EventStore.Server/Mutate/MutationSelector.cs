using System.Buffers;
using System.Globalization;
using System.Text.Json;
using EventStore.Groq;
using EventStore.Log.Documents;
using EventStore.Log.Mutations;
using EventStore.Server.Datasets;
using EventStore.Server.Query;

namespace EventStore.Server.Mutate;

/// <summary>
/// Turns mutations by query into one mutation for each document found. The query sees what the caller may read, as it
/// is before the transaction: mutations before it in the same transaction are not seen.
/// </summary>
internal sealed class MutationSelector
{
    private readonly DatasetRequest _opened;
    private readonly IReadOnlyList<SubmittedMutation> _submitted;
    private readonly QueryRunner _runner;
    private readonly List<GroqQuery?> _queries = [];
    private readonly List<int> _origins = [];

    /// <param name="opened">Who wants to change what.</param>
    /// <param name="submitted">The mutations.</param>
    /// <param name="runner">Evaluates their queries.</param>
    /// <exception cref="MutationException">A query is not valid.</exception>
    public MutationSelector(
        DatasetRequest opened, IReadOnlyList<SubmittedMutation> submitted, QueryRunner runner)
    {
        _opened = opened;
        _submitted = submitted;
        _runner = runner;
        for (var index = 0; index < submitted.Count; index++)
        {
            _queries.Add(submitted[index].Template is { } template ? Parse(template, index) : null);
        }
    }

    /// <summary>The mutations on the state of a sequence.</summary>
    /// <exception cref="MutationException">A query finds what is no document, or too many.</exception>
    public async Task<IReadOnlyList<Mutation>> SelectAsync(long sequence, CancellationToken cancellationToken)
    {
        var mutations = new List<Mutation>();
        var bytes = 0L;
        _origins.Clear();
        for (var index = 0; index < _submitted.Count; index++)
        {
            if (_submitted[index].Mutation is { } mutation)
            {
                mutations.Add(mutation);
                _origins.Add(index);
                continue;
            }

            var template = _submitted[index].Template!;
            var ids = await FindAsync(_queries[index]!, index, sequence, cancellationToken);
            bytes += (long)template.Bytes * ids.Count;
            if (bytes > Log.Limits.TransactionDocumentBytes
                || mutations.Count + ids.Count > Log.Limits.MutationsPerTransaction)
            {
                throw Invalid(index, "The queries of the transaction change too much together; split it up");
            }

            foreach (var id in ids)
            {
                mutations.Add(template.For(id));
                _origins.Add(index);
            }
        }

        return mutations;
    }

    /// <summary>A failure of what was selected, told of the mutations as they were submitted.</summary>
    public MutationException ToSubmitted(MutationException exception) => new([.. exception.Items.Select(
        item => (item.Index < _origins.Count ? _origins[item.Index] : item.Index, item.Error))]);

    private static GroqQuery Parse(MutationTemplate template, int index)
    {
        try
        {
            var parameters = QueryJson.ReadParameters(template.Parameters);

            // Parsed by itself first, so that errors tell places in what was submitted.
            GroqQuery.Parse(template.Query, parameters);
            return GroqQuery.Parse(
                $"coalesce((\n{template.Query}\n)[]._id, (\n{template.Query}\n)._id)", parameters);
        }
        catch (GroqParseException exception)
        {
            throw Invalid(index, string.Create(
                CultureInfo.InvariantCulture,
                $"The query is not valid at {exception.Start}..{exception.End}: {exception.Description}"));
        }
    }

    private async Task<IReadOnlyCollection<DocumentId>> FindAsync(
        GroqQuery query, int index, long sequence, CancellationToken cancellationToken)
    {
        var output = new ArrayBufferWriter<byte>();
        var view = new QueryView(sequence, Perspective.Raw)
        {
            Time = ServerLimits.SelectionTime,
            ResultBytes = ServerLimits.SelectionBytes,
        };
        try
        {
            await _runner.RunAsync(_opened, query, view, output, cancellationToken);
        }
        catch (GroqEvaluationException exception) when (exception.Error == GroqEvaluationError.ResultTooLarge)
        {
            throw TooMany(index);
        }

        var ids = new HashSet<DocumentId>();
        using var result = JsonDocument.Parse(output.WrittenMemory);
        var found = result.RootElement.ValueKind == JsonValueKind.Array
            ? result.RootElement.EnumerateArray().ToList()
            : [.. new[] { result.RootElement }.Where(value => value.ValueKind != JsonValueKind.Null)];
        foreach (var value in found)
        {
            ids.Add(value.ValueKind == JsonValueKind.String && DocumentId.TryParse(value.GetString(), out var id, out _)
                ? id
                : throw Invalid(index, "The query of a mutation must give documents, with their _id"));
        }

        return ids.Count <= ServerLimits.SelectedDocuments ? ids : throw TooMany(index);
    }

    private static MutationException TooMany(int index) => Invalid(index, string.Create(
        CultureInfo.InvariantCulture,
        $"The query finds more than {ServerLimits.SelectedDocuments} documents, the most that one may change; "
        + $"take a slice of them"));

    private static MutationException Invalid(int index, string description) =>
        new([(index, new MutationError(MutationErrorType.Validation, description))]);
}
