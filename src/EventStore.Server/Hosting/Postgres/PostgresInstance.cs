using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EventStore.Server.Hosting.Postgres;

/// <summary>
/// The files of a private cluster and the programs that act on them: creation, start, stop. Everything inside belongs
/// to the user PostgreSQL runs as, and only programs running as that user write there, so it cannot trick a server that
/// is root.
/// </summary>
internal sealed class PostgresInstance
{
    public const string UserName = "eventstore";

    private const string SocketName = ".s.PGSQL.5432";

    // sun_path is 108 bytes with its final zero.
    private const int MaxSocketFolderLength = 107 - 1 - 13;
    private const string SocketFolderRecord = "socket-folder";
    private const string SocketFolderPrefix = "eventstore-";
    private const string StartLog = "start.log";
    private const int LogLinesShown = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly PrivatePostgresOptions _options;
    private readonly PostgresAccount _account;
    private readonly string _data;
    private readonly string _name;
    private PostgresBinaries? _binaries;
    private string? _socketFolder;

    public PostgresInstance(PrivatePostgresOptions options)
    {
        _options = options;
        _account = PostgresAccount.ForThisProcess();
        _data = Path.Combine(options.Folder, "data");
        _name = NameOf(options.Folder);
        Processes = new PostgresProcesses(_name);
    }

    public PostgresProcesses Processes { get; }

    public string SocketFolder => _socketFolder ?? throw new InvalidOperationException("The cluster was not started.");

    public static string NameOf(string folder) =>
        "eventstore-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folder)))[..16];

    /// <summary>
    /// Makes the cluster ready to start: its folder, its programs, its data; ends what a killed server left running.
    /// </summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (!Directory.Exists(_options.Folder))
        {
            CreatePrivateFolder(_options.Folder);
            await _account.TakeOwnershipAsync(_options.Folder, cancellationToken);
        }

        await RequireReachableAsync(cancellationToken);
        _binaries = await PostgresBinaries.FindAsync(ExistingMajorVersion(), cancellationToken);
        await StopAsync(cancellationToken);
        if (!File.Exists(Path.Combine(_data, "PG_VERSION")))
        {
            await CreateDataAsync(cancellationToken);
        }
    }

    /// <summary>Starts the postmaster in a session of its own (a Ctrl-C in the terminal must not reach it).</summary>
    /// <returns>The postmaster's process id, once it accepts connections.</returns>
    public async Task<int> StartAsync(CancellationToken cancellationToken)
    {
        _socketFolder ??= await PrepareSocketFolderAsync(cancellationToken);
        var configuration = PostgresConfiguration.Write(_options, _socketFolder);
        await WriteFileAsync(Path.Combine(_data, PostgresConfiguration.FileName), configuration, cancellationToken);
        await RemoveStaleFilesAsync(cancellationToken);

        // The folder goes by the environment and the log by a relative name: pg_ctl hands both to a shell.
        string[] arguments =
        [
            "start", "--wait", "--timeout=86400", "--silent", "-l", StartLog, "-o", $"-c cluster_name={_name}",
        ];
        var result = await RunProgramAsync("pg_ctl", arguments, cancellationToken);
        return result.Succeeded && ReadPostmasterId() is { } processId
            ? processId
            : throw new StartupException(
                $"The private PostgreSQL in {_options.Folder} did not start: {result.Output.Trim()}{LastLogLines()}");
    }

    /// <summary>Stops whatever runs of the cluster, cleanly when it can be; returns when nothing is left.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_binaries is null)
        {
            // Nothing of this cluster was touched yet.
            return;
        }

        if (ReadPostmasterId() is { } processId && Processes.Contains(processId))
        {
            string[] stop = ["stop", "--wait", "--silent"];
            var result = await RunProgramAsync("pg_ctl", [.. stop, "--mode=fast"], cancellationToken);
            if (!result.Succeeded)
            {
                await RunProgramAsync("pg_ctl", [.. stop, "--mode=immediate"], cancellationToken);
            }
        }

        await Processes.WaitUntilGoneAsync(Patience, cancellationToken);
    }

    /// <summary>Removes a socket folder that lies outside the cluster's own folder.</summary>
    public void RemoveSocketFolder()
    {
        if (_socketFolder is { } folder && folder != OwnSocketFolder)
        {
            TryDelete(folder);
        }

        _socketFolder = null;
    }

    private string PostmasterFile => Path.Combine(_data, "postmaster.pid");

    private string OwnSocketFolder => Path.Combine(_options.Folder, "socket");

    private static void CreatePrivateFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new StartupException(
                $"A private PostgreSQL needs Linux or macOS: name a database with "
                + $"{ServerSettings.ConnectionStringVariable}.");
        }

        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    // A folder such as /root/data belongs to root alone: PostgreSQL, running as somebody else, cannot even pass
    // through.
    private async Task RequireReachableAsync(CancellationToken cancellationToken)
    {
        var result = await RunAsync("test", ["-w", _options.Folder], cancellationToken);
        if (!result.Succeeded)
        {
            var user = _account.UserName is { } name
                ? $"the user '{name}' (who runs PostgreSQL for root)"
                : "this user";
            throw new StartupException(
                $"The folder {_options.Folder} cannot be reached or written by {user}: choose a data folder outside "
                + $"private folders such as /root with --data or {ServerSettings.DataFolderVariable}.");
        }
    }

    private int? ExistingMajorVersion()
    {
        var file = Path.Combine(_data, "PG_VERSION");
        return File.Exists(file) ? int.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture) : null;
    }

    private async Task CreateDataAsync(CancellationToken cancellationToken)
    {
        // Made aside and renamed: an initdb that was interrupted never looks like a cluster.
        var draft = _data + ".new";
        await RunAsync("rm", ["-rf", "--", draft], cancellationToken);
        List<string> arguments =
        [
            "--pgdata", draft, "--username", UserName, "--auth=trust", "--encoding=UTF8", "--locale=C",
            "--data-checksums", "--no-instructions",
        ];
        if (!_options.SyncNewCluster)
        {
            arguments.Add("--no-sync");
        }

        var result = await RunProgramAsync("initdb", arguments, cancellationToken);
        if (!result.Succeeded)
        {
            throw new StartupException(
                $"A private PostgreSQL cannot be made in {_options.Folder}: {result.Output.Trim()}");
        }

        var main = Path.Combine(draft, "postgresql.conf");
        var text = await File.ReadAllTextAsync(main, cancellationToken);
        await WriteFileAsync(main, $"{text}\ninclude = '{PostgresConfiguration.FileName}'\n", cancellationToken);
        await RunAsync("mv", ["--", draft, _data], cancellationToken);
    }

    private async Task<string> PrepareSocketFolderAsync(CancellationToken cancellationToken)
    {
        var record = Path.Combine(_options.Folder, SocketFolderRecord);
        if (File.Exists(record))
        {
            TryDelete((await File.ReadAllTextAsync(record, cancellationToken)).Trim());
            await RunAsync("rm", ["-f", "--", record], cancellationToken);
        }

        // A comma separates hosts in a connection string; the other characters are refused for good measure.
        var own = OwnSocketFolder;
        if (own.Length <= MaxSocketFolderLength && own.All(IsPlain))
        {
            await RunAsync("mkdir", ["-p", "-m", "0700", "--", own], cancellationToken);
            return own;
        }

        // A random name made anew (not a fixed one) cannot be prepared by somebody else in a folder everybody writes
        // to.
        var temporary = Path.GetTempPath();
        var folder = temporary.Length + 30 <= MaxSocketFolderLength && temporary.All(IsPlain)
            ? Directory.CreateTempSubdirectory(SocketFolderPrefix).FullName
            : throw new StartupException(
                $"The path {temporary} is too long for a socket: set TMPDIR to a short one such as /tmp.");
        await _account.TakeOwnershipAsync(folder, cancellationToken);
        await WriteFileAsync(record, folder, cancellationToken);
        return folder;
    }

    private static bool IsPlain(char character) =>
        char.IsAsciiLetterOrDigit(character) || character is '/' or '-' or '_' or '.';

    private static void TryDelete(string socketFolder)
    {
        try
        {
            if (Path.GetFileName(socketFolder).StartsWith(SocketFolderPrefix, StringComparison.Ordinal))
            {
                Directory.Delete(socketFolder, recursive: true);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Gone already, or swept up with the other temporary files some day.
        }
    }

    // Nothing of the cluster runs by now. PostgreSQL would refuse where the process id in a stale lock file has become
    // somebody else's, or belongs to a dead process that nobody waited for; both are common in containers.
    private async Task RemoveStaleFilesAsync(CancellationToken cancellationToken)
    {
        var socket = Path.Combine(SocketFolder, SocketName);
        var startLog = Path.Combine(_options.Folder, StartLog);
        await RunAsync("rm", ["-f", "--", PostmasterFile, socket, socket + ".lock", startLog], cancellationToken);
    }

    private int? ReadPostmasterId()
    {
        try
        {
            var first = File.ReadLines(PostmasterFile).FirstOrDefault();
            return int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var processId)
                ? processId
                : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private string LastLogLines()
    {
        try
        {
            var logs = new DirectoryInfo(Path.Combine(_data, "log"));
            var newest = (logs.Exists ? logs.GetFiles() : [])
                .Append(new FileInfo(Path.Combine(_options.Folder, StartLog)))
                .Where(file => file.Exists)
                .MaxBy(file => file.LastWriteTimeUtc);
            return newest is null
                ? string.Empty
                : "\n" + string.Join('\n', File.ReadLines(newest.FullName).TakeLast(LogLinesShown));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return string.Empty;
        }
    }

    private async Task WriteFileAsync(string path, string content, CancellationToken cancellationToken)
    {
        var result = await Command.RunAsync(
            _account.CommandLine("tee", "--", path),
            standardInput: content,
            cancellationToken: cancellationToken);
        if (!result.Succeeded)
        {
            throw new StartupException($"The file {path} cannot be written: {result.Output.Trim()}");
        }
    }

    private Task<CommandResult> RunAsync(string tool, string[] arguments, CancellationToken cancellationToken) =>
        Command.RunAsync(_account.CommandLine([tool, .. arguments]), cancellationToken: cancellationToken);

    private Task<CommandResult> RunProgramAsync(
        string program,
        IReadOnlyList<string> arguments,
        CancellationToken cancellationToken) =>
        Command.RunAsync(
            _account.CommandLine([_binaries!.Program(program), .. arguments]),
            new Dictionary<string, string> { ["PGDATA"] = _data },
            workingDirectory: _options.Folder,
            cancellationToken: cancellationToken);
}
