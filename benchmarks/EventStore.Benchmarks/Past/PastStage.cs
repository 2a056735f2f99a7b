using System.Diagnostics;
using EventStore.Benchmarks.Peers;
using EventStore.Benchmarks.Rounds;
using EventStore.Benchmarks.Workload;
using Npgsql;

namespace EventStore.Benchmarks.Past;

/// <summary>
/// One edit history in a server under test and in every peer, each filled at first use, so that all comparisons of a
/// run are made on the same stores.
/// </summary>
internal sealed class PastStage(WorkloadFile workload, string folder, BenchmarkOptions options) : IAsyncDisposable
{
    // Something is being written, or somebody is at work whose writes are not counted yet. The scheduler's own tables
    // are written for ever.
    private const string SelectWrites = """
        select (select sum(n_tup_ins + n_tup_upd + n_tup_del) from pg_stat_user_tables
                where schemaname = 'eventstore')::text || ' '
            || (select count(*) from pg_stat_activity
                where state = 'active' and pid <> pg_backend_pid() and clock_timestamp() - query_start > '0.2 s')
        """;

    private static readonly TimeSpan MostPatience = TimeSpan.FromMinutes(5);

    private ServerUnderTest? _server;
    private GitPeer? _git;
    private AuditTablePeer? _audit;
    private MariaDbPeer? _mariaDb;
    private bool _isPacked;

    public WorkloadFile Workload => workload;

    public string Name => workload.Name;

    /// <summary>
    /// Imports the history into a new server and a new repository, in turns; those of the last round are kept.
    /// </summary>
    /// <returns>Nanoseconds by round: ours, then git's.</returns>
    public async Task<double[][]> ImportAsync(int rounds)
    {
        var git = GitPeer.IsInstalled ? new GitPeer(Path.Combine(folder, "git")) : null;
        if (git is not null)
        {
            Say("writing the stream for git");
            git.Prepare(workload.Read());
        }

        _isPacked = false;
        var times = await Turns.TakeAsync(
            rounds, ImportIntoNewServerAsync, git is null ? null : ImportIntoGitAsync);
        _git = git;
        return times;

        Task<double> ImportIntoGitAsync()
        {
            Say("git fast-import");
            return git!.ImportAsync();
        }
    }

    /// <summary>The server, with the history imported.</summary>
    public async Task<ServerUnderTest> ServerAsync()
    {
        if (_server is null)
        {
            await ImportIntoNewServerAsync();
            await SettleAsync(_server!, options);
        }

        return _server!;
    }

    /// <summary>The repository, after <c>git gc</c>; null when git is absent.</summary>
    public async Task<GitPeer?> GitAsync()
    {
        if (_git is null && GitPeer.IsInstalled)
        {
            _git = new GitPeer(Path.Combine(folder, "git"));
            Say("writing the stream for git");
            _git.Prepare(workload.Read());
            Say("git fast-import");
            await _git.ImportAsync();
        }

        if (_git is not null && !_isPacked)
        {
            Say("git gc");
            await _git.CollectGarbageAsync();
            _isPacked = true;
        }

        return _git;
    }

    public async Task<AuditTablePeer> AuditAsync()
    {
        if (_audit is null)
        {
            Say("filling the audit table");
            _audit = await AuditTablePeer.CreateAsync(workload.Read());
        }

        return _audit;
    }

    /// <summary>Null when MariaDB is not installed.</summary>
    public async Task<MariaDbPeer?> MariaDbAsync()
    {
        if (_mariaDb is null && MariaDbPeer.IsInstalled)
        {
            Say("filling MariaDB");
            _mariaDb = await MariaDbPeer.CreateAsync(workload.Read());
        }

        return _mariaDb;
    }

    /// <summary>See <see cref="SettleAsync(ServerUnderTest, BenchmarkOptions)"/>.</summary>
    public async Task SettleAsync()
    {
        Say("waiting for the background, vacuum");
        await SettleAsync(await ServerAsync(), options);
    }

    /// <summary>
    /// What a server that is left alone does by and by: it builds in the background what is due, and is vacuumed.
    /// </summary>
    public static async Task SettleAsync(ServerUnderTest server, BenchmarkOptions options)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync();
        var waiting = Stopwatch.StartNew();
        var quietSince = Stopwatch.StartNew();
        object? last = null;
        while (quietSince.Elapsed < options.QuietBackground && waiting.Elapsed < MostPatience)
        {
            await Task.Delay(200);
            await using var count = new NpgsqlCommand(SelectWrites, connection);
            var writes = await count.ExecuteScalarAsync();
            if (!Equals(writes, last))
            {
                last = writes;
                quietSince.Restart();
            }
        }

        await using var vacuum = new NpgsqlCommand("vacuum (analyze)", connection);
        await vacuum.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await DisposeServerAsync();
        if (_audit is not null)
        {
            await _audit.DisposeAsync();
        }

        if (_mariaDb is not null)
        {
            await _mariaDb.DisposeAsync();
        }
    }

    private async Task<double> ImportIntoNewServerAsync()
    {
        await DisposeServerAsync();
        _server = await ServerUnderTest.StartAsync();
        Say("import");
        return await _server.ImportAsync(workload.Path);
    }

    private async Task DisposeServerAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
            _server = null;
        }
    }

    private void Say(string what) => Console.WriteLine($"{workload.Name}: {what} ...");
}
