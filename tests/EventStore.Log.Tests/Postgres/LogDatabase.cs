using EventStore.Log.Documents;
using EventStore.Log.Postgres;
using EventStore.Testing;
using Npgsql;

namespace EventStore.Log.Tests.Postgres;

/// <summary>A database of a test class's own, with the log's readers and writers on it.</summary>
public sealed class LogDatabase : IAsyncLifetime
{
    private const string ProjectId = "tests";

    private readonly TestDatabase _database = new();
    private int _datasets;

    public NpgsqlDataSource DataSource => _database.DataSource;

    public TransactionAppender Appender { get; private set; } = null!;

    public TransactionReader Transactions => new(DataSource);

    public DocumentReader Documents => new(DataSource);

    public LogVerifier Verifier => new(DataSource);

    private DatasetCatalog Catalog => new(DataSource, TimeProvider.System);

    /// <summary>One more appender, as another process would have it.</summary>
    public TransactionAppender CreateAppender() => new(DataSource, TimeProvider.System, new SequentialIdentifiers());

    public async Task<Dataset> CreateDatasetAsync()
    {
        var name = DatasetName.Parse($"dataset-{Interlocked.Increment(ref _datasets)}");
        return (await Catalog.CreateAsync(ProjectId, name, "private", "tests", default))!;
    }

    public async Task InitializeAsync()
    {
        await _database.InitializeAsync();
        await Catalog.EnsureProjectAsync(ProjectId, "Tests", default);
        Appender = CreateAppender();
    }

    public async Task DisposeAsync()
    {
        await Appender.DisposeAsync();
        await _database.DisposeAsync();
    }
}
