using System.Globalization;
using System.Text;
using EventStore.Log.Documents;
using EventStore.Log.Mutations;
using EventStore.Log.Postgres;
using EventStore.Log.Transactions;
using EventStore.Mendoza;
using Npgsql;

namespace EventStore.Benchmarks.Append;

/// <summary>
/// Small transactions on one dataset: each sets one field of one of a thousand small documents, and is read from the
/// bytes of a request as the server does it.
/// </summary>
internal sealed class SmallTransactions : IAsyncDisposable
{
    private const string ProjectId = "benchmarks";
    private const int Documents = 1000;
    private const string SelectHead = "select sequence from eventstore.dataset_head where dataset = $1";

    private static readonly MutationParseOptions Options = new(AutoGenerateArrayKeys: false);

    private readonly NpgsqlDataSource _dataSource;
    private readonly Dataset _dataset;
    private readonly NumberedIdentifiers _identifiers = new();
    private readonly TransactionAppender _appender;
    private long _next;
    private long _acknowledged;

    private SmallTransactions(NpgsqlDataSource dataSource, Dataset dataset)
    {
        _dataSource = dataSource;
        _dataset = dataset;
        _appender = new(dataSource, TimeProvider.System, _identifiers);
    }

    /// <summary>Creates the dataset and its documents.</summary>
    public static async Task<SmallTransactions> CreateAsync(NpgsqlDataSource dataSource)
    {
        var catalog = new DatasetCatalog(dataSource, TimeProvider.System);
        await catalog.EnsureProjectAsync(ProjectId, ProjectId, default);
        var dataset = await catalog.CreateAsync(ProjectId, DatasetName.Parse("append"), "private", ProjectId, default);
        var transactions = new SmallTransactions(dataSource, dataset!);
        await transactions.AppendAsync(Creations(Documents));
        return transactions;
    }

    /// <summary>The text of the request that makes the documents.</summary>
    public static string Creations(int documents) =>
        $"[{string.Join(',', Enumerable.Range(0, documents).Select(Creation))}]";

    /// <summary>The text of one request, each different.</summary>
    public static string Request(long number) => string.Create(
        CultureInfo.InvariantCulture,
        $$$$"""[{"patch":{"id":"task-{{{{number % Documents}}}}","set":{"status":"step {{{{number}}}}"}}}]""");

    /// <summary>Appends the next one; returns when it is durable.</summary>
    public Task AppendNextAsync() => AppendAsync(Request(Interlocked.Increment(ref _next)));

    /// <summary>The log must hold exactly what was acknowledged.</summary>
    /// <exception cref="InvalidOperationException">It does not.</exception>
    public async Task RequireAllAsync()
    {
        await using var command = _dataSource.CreateCommand(SelectHead);
        command.Parameters.Add(new() { Value = _dataset.Number });
        var sequence = (long)(await command.ExecuteScalarAsync())!;
        if (sequence != _acknowledged)
        {
            throw new InvalidOperationException($"{_acknowledged} appends were acknowledged, {sequence} are there.");
        }
    }

    public ValueTask DisposeAsync() => _appender.DisposeAsync();

    private static string Creation(int number) => string.Create(
        CultureInfo.InvariantCulture,
        $$$"""{"create":{"_id":"task-{{{number}}}","_type":"task","title":"Task {{{number}}}","status":"open"}}""");

    private async Task AppendAsync(string mutations)
    {
        var canonical = CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(mutations), JsonLimits.Default);
        var request = new AppendRequest
        {
            Author = ProjectId,
            Mutations = MutationParser.Parse(canonical, Options, _identifiers),
        };
        await _appender.AppendAsync(_dataset, request, default);
        Interlocked.Increment(ref _acknowledged);
    }
}
