using EventStore.Log.Documents;
using EventStore.Log.Postgres;
using EventStore.Log.Transactions;
using EventStore.Server.Wire;

namespace EventStore.Server.History;

/// <summary>
/// The parameters of the transactions endpoint. All bounds are inclusive. A bound may be given as transaction or as
/// time, but not as both: which of them counts would be a guess.
/// </summary>
internal sealed record TransactionParameters
{
    private const string Mendoza = "mendoza";

    public TransactionId? FromTransaction { get; private init; }

    public TransactionId? ToTransaction { get; private init; }

    public DateTimeOffset? FromTime { get; private init; }

    public DateTimeOffset? ToTime { get; private init; }

    public bool ExcludeMutations { get; private init; }

    /// <summary>Whether the lines carry effects: only when their format is named.</summary>
    public bool IncludeEffects { get; private init; }

    private IReadOnlyList<string>? Authors { get; init; }

    private bool Reverse { get; init; }

    private long? Limit { get; init; }

    private bool OnlyIdentifiedDocuments { get; init; }

    private bool ExcludeContent { get; init; }

    /// <exception cref="BoomException">400: a parameter does not parse, or two exclude each other.</exception>
    public static TransactionParameters Read(QueryParameters query)
    {
        query.RequireAtMostOne("fromTransaction", "fromTime");
        query.RequireAtMostOne("toTransaction", "toTime");
        if (query.Text("effectFormat") is { } format && format != Mendoza)
        {
            throw BoomException.BadRequest("\"effectFormat\" must be mendoza");
        }

        return new()
        {
            FromTransaction = Transaction(query, "fromTransaction"),
            ToTransaction = Transaction(query, "toTransaction"),
            FromTime = query.Time("fromTime"),
            ToTime = query.Time("toTime"),
            Authors = query.List("authors"),
            Reverse = query.Flag("reverse") ?? false,
            Limit = query.Count("limit"),
            OnlyIdentifiedDocuments = query.Flag("includeIdentifiedDocumentsOnly") ?? false,
            ExcludeContent = query.Flag("excludeContent") ?? false,
            ExcludeMutations = query.Flag("excludeMutations") ?? false,
            IncludeEffects = query.Text("effectFormat") is not null,
        };
    }

    /// <summary>What to read from the log.</summary>
    /// <exception cref="DescribedException">404: a transaction that bounds the range is unknown.</exception>
    public async Task<TransactionQuery> ToQueryAsync(
        TransactionReader reader,
        Dataset dataset,
        IReadOnlyList<DocumentId>? documents,
        CancellationToken cancellationToken) => new()
        {
            Documents = documents,
            FromSequence = await FirstAsync(reader, dataset, cancellationToken),
            ToSequence = await LastAsync(reader, dataset, cancellationToken),
            Authors = Authors,
            Reverse = Reverse,
            Limit = Limit,
            Mutations = ExcludeMutations
                ? MutationDetail.None
                : ExcludeContent ? MutationDetail.Identifiers : MutationDetail.Full,
            IncludeEffects = IncludeEffects,
            OnlyIdentifiedDocuments = OnlyIdentifiedDocuments && documents is not null,
        };

    private async Task<long> FirstAsync(TransactionReader reader, Dataset dataset, CancellationToken cancellationToken)
    {
        if (FromTransaction is { } id)
        {
            return await RequireAsync(reader, dataset, id, cancellationToken);
        }

        // Several imported transactions may share a timestamp, so the first at or after a time is the one after the
        // last before.
        return FromTime is { } time && time > DateTimeOffset.MinValue
            ? await reader.FindSequenceAtAsync(dataset, time.AddTicks(-1), cancellationToken) + 1
            : 1;
    }

    private async Task<long> LastAsync(TransactionReader reader, Dataset dataset, CancellationToken cancellationToken)
    {
        if (ToTransaction is { } id)
        {
            return await RequireAsync(reader, dataset, id, cancellationToken);
        }

        return ToTime is { } time ? await reader.FindSequenceAtAsync(dataset, time, cancellationToken) : long.MaxValue;
    }

    private static async Task<long> RequireAsync(
        TransactionReader reader, Dataset dataset, TransactionId id, CancellationToken cancellationToken) =>
        await reader.FindSequenceAsync(dataset, id, cancellationToken)
        ?? throw await NotFoundAsync(reader, dataset, id, cancellationToken);

    /// <exception cref="DatasetNotFoundException">Not the transaction is gone but all of them.</exception>
    private static async Task<DescribedException> NotFoundAsync(
        TransactionReader reader, Dataset dataset, TransactionId id, CancellationToken cancellationToken)
    {
        await reader.HeadAsync(dataset, cancellationToken);
        return new(404, "transactionNotFoundError", $"Transaction \"{id.Value}\" not found");
    }

    private static TransactionId? Transaction(QueryParameters query, string name)
    {
        if (query.Text(name) is not { } text)
        {
            return null;
        }

        return TransactionId.TryParse(text, out var id, out var reason)
            ? id
            : throw BoomException.BadRequest($"\"{name}\": {reason}");
    }
}
