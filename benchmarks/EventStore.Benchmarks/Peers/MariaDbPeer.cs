using System.Diagnostics;
using System.Globalization;
using System.Text;
using EventStore.Benchmarks.Workload;
using EventStore.Testing;

namespace EventStore.Benchmarks.Peers;

/// <summary>
/// A system-versioned table of MariaDB: the database itself keeps the former rows. A server of its own on a local
/// socket, spoken to through one client process that stays.
/// </summary>
internal sealed class MariaDbPeer : IAsyncDisposable
{
    private const string EndOfAnswer = "end-of-answer";
    private const string EndOfTime = "2038-01-19 03:14:07.999999";
    private const string TimeFormat = "yyyy-MM-dd HH:mm:ss.ffffff";

    private const string CreateTable = """
        create table document (
            id varchar(255) character set utf8mb4 collate utf8mb4_bin not null primary key,
            doc json not null,
            valid_from timestamp(6) generated always as row start,
            valid_to timestamp(6) generated always as row end,
            period for system_time (valid_from, valid_to))
        with system versioning;
        """;

    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);

    private readonly string _folder;
    private readonly OrphanGuard _guard;
    private readonly Process _server;
    private readonly Process _client;

    private MariaDbPeer(string folder, OrphanGuard guard, Process server, Process client)
    {
        _folder = folder;
        _guard = guard;
        _server = server;
        _client = client;
    }

    public static bool IsInstalled =>
        FindServer() is not null
        && ExternalCommand.Exists("mariadb", "--version")
        && ExternalCommand.Exists("mariadb-install-db", "--help");

    /// <summary>Starts a server in a new folder and loads the history, each version with its time.</summary>
    public static async Task<MariaDbPeer> CreateAsync(IEnumerable<WorkloadTransaction> transactions)
    {
        // The socket's path may not be longer than about a hundred bytes, so the folder is not below the others.
        var home = TemporaryFolder.Create();
        var data = Path.Combine(home, "data");
        var socket = Path.Combine(home, "socket");
        var guard = new OrphanGuard(home, socket);
        await ExternalCommand.RunAsync(
            "mariadb-install-db",
            ["--no-defaults", $"--datadir={data}", "--auth-root-authentication-method=normal", "--skip-test-db"]);
        var server = Start(FindServer()!, ServerArguments(data, socket), captures: false);
        var client = await ConnectAsync(socket);
        var peer = new MariaDbPeer(home, guard, server, client);
        var rows = Path.Combine(home, "rows");
        WriteRows(rows, transactions);
        await peer.AskAsync(CreateTable);
        await peer.AskAsync($"""
            set system_versioning_insert_history = 1;
            load data infile '{rows}' into table document character set utf8mb4
                (id, doc, valid_from, valid_to);
            set system_versioning_insert_history = 0;
            analyze table document;
            """);
        File.Delete(rows);
        return peer;
    }

    /// <summary>All documents of an instant, as text.</summary>
    public async Task<TimedOutput> ExportAsync(DateTimeOffset time)
    {
        var start = Stopwatch.GetTimestamp();
        var bytes = await AskAsync($"select doc from document for system_time as of timestamp'{Format(time)}';");
        return new(Stopwatch.GetElapsedTime(start).TotalNanoseconds, bytes);
    }

    /// <summary>How many documents an instant has.</summary>
    public async Task<long> CountDocumentsAsync(DateTimeOffset time)
    {
        await AskAsync(
            $"select count(*) into outfile '{Path.Combine(_folder, "count")}' from document "
            + $"for system_time as of timestamp'{Format(time)}';");
        var file = Path.Combine(_folder, "count");
        var count = long.Parse(await File.ReadAllTextAsync(file), CultureInfo.InvariantCulture);
        File.Delete(file);
        return count;
    }

    public async ValueTask DisposeAsync()
    {
        _client.StandardInput.Close();
        await _client.WaitForExitAsync();
        using (var kill = Process.Start("kill", ["-TERM", _server.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync();
        }

        await _server.WaitForExitAsync();
        _guard.Dispose();
        _client.Dispose();
        _server.Dispose();
    }

    private static string? FindServer() => new[] { "mariadbd", "/usr/sbin/mariadbd" }
        .FirstOrDefault(program => ExternalCommand.Exists(program, "--no-defaults", "--version"));

    private static string[] ServerArguments(string data, string socket)
    {
        // As much cache as the private PostgreSQL gets, and as durable.
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1024 * 1024);
        var megabytes = Math.Clamp(memory / 16, 64, 1024);
        return
        [
            "--no-defaults",
            $"--datadir={data}",
            $"--socket={socket}",
            "--skip-networking",
            "--innodb-flush-log-at-trx-commit=1",
            $"--innodb-buffer-pool-size={megabytes}M",
            "--innodb-log-file-size=1G",
            "--max-allowed-packet=1G",
            "--default-time-zone=+00:00",
            .. Environment.IsPrivilegedProcess ? new[] { "--user=root" } : [],
        ];
    }

    private static async Task<Process> ConnectAsync(string socket)
    {
        string[] connection = ["--no-defaults", $"--socket={socket}", "--user=root"];
        var waiting = Stopwatch.StartNew();
        while (!await ExternalCommand.SucceedsAsync("mariadb", [.. connection, "--execute=select 1"]))
        {
            if (waiting.Elapsed > StartPatience)
            {
                throw new InvalidOperationException("MariaDB did not get ready.");
            }

            await Task.Delay(100);
        }

        await ExternalCommand.RunAsync("mariadb", [.. connection, "--execute=create database history"]);
        return Start(
            "mariadb",
            [.. connection, "--batch", "--raw", "--quick", "--skip-column-names", "--unbuffered", "history"],
            captures: true);
    }

    private static Process Start(string program, string[] arguments, bool captures) =>
        Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = captures,
            RedirectStandardOutput = captures,

            // The server reports its start there.
            RedirectStandardError = !captures,
        })!;

    private static string Format(DateTimeOffset time) =>
        time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    /// <summary>One line for each version, in the form of LOAD DATA.</summary>
    private static void WriteRows(string path, IEnumerable<WorkloadTransaction> transactions)
    {
        using var file = new StreamWriter(path, false, new UTF8Encoding(false), 1024 * 1024);
        var current = new Dictionary<string, (DateTimeOffset From, byte[] Content)>(StringComparer.Ordinal);
        foreach (var transaction in transactions)
        {
            foreach (var version in transaction.Versions)
            {
                if (current.Remove(version.DocumentId, out var former))
                {
                    Write(version.DocumentId, former, Format(transaction.DistinctTime));
                }

                if (version.Content is { } content)
                {
                    current.Add(version.DocumentId, (transaction.DistinctTime, content));
                }
            }
        }

        foreach (var (documentId, last) in current)
        {
            Write(documentId, last, EndOfTime);
        }

        void Write(string documentId, (DateTimeOffset From, byte[] Content) version, string to)
        {
            var text = Encoding.UTF8.GetString(version.Content).Replace("\\", "\\\\", StringComparison.Ordinal);
            file.Write($"{documentId}\t{text}\t{Format(version.From)}\t{to}\n");
        }
    }

    /// <summary>Sends statements and reads all they give.</summary>
    /// <returns>How many bytes that was.</returns>
    private async Task<long> AskAsync(string statements)
    {
        await _client.StandardInput.WriteAsync($"{statements}\nselect '{EndOfAnswer}';\n");
        await _client.StandardInput.FlushAsync();
        var end = Encoding.ASCII.GetBytes(EndOfAnswer + "\n");
        var buffer = new byte[1024 * 1024];
        var bytes = 0L;
        var kept = 0;
        while (true)
        {
            // The last bytes of what was read before stay at the front, as the end may arrive in two pieces.
            var read = await _client.StandardOutput.BaseStream.ReadAsync(buffer.AsMemory(kept));
            if (read == 0)
            {
                throw new InvalidOperationException("The client of MariaDB ended.");
            }

            bytes += read;
            var filled = kept + read;
            if (buffer.AsSpan(0, filled).EndsWith(end))
            {
                return bytes - end.Length;
            }

            kept = Math.Min(filled, end.Length);
            buffer.AsSpan(filled - kept, kept).CopyTo(buffer);
        }
    }
}
