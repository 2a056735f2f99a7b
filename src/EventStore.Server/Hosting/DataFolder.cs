using System.Globalization;
using EventStore.Server.Auth.Tokens;

namespace EventStore.Server.Hosting;

/// <summary>
/// The folder a server keeps everything in, held by one server at a time. The lock belongs to an open file, so the
/// operating system releases it however the process ends.
/// </summary>
public sealed class DataFolder : IDisposable
{
    private const string LockFileName = "server.lock";
    private const string ProcessFileName = "server.pid";
    private const string RootTokenFileName = "root-token";
    private const string TokenPepperFileName = "token-pepper";
    private const int WouldBlockOnLinux = 11;
    private const int WouldBlockOnMacOS = 35;
    private const UnixFileMode SecretFileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly FileStream _lock;

    private DataFolder(string path, FileStream lockFile)
    {
        FullPath = path;
        _lock = lockFile;
    }

    /// <summary>Absolute, symbolic links resolved: one folder has one path, whatever it was called by.</summary>
    public string FullPath { get; }

    /// <summary>Creates the folder when it is missing and takes its lock.</summary>
    /// <exception cref="StartupException">The folder cannot be used, or another server holds it.</exception>
    public static DataFolder Open(string path)
    {
        try
        {
            var folder = Path.GetFullPath(path);
            if (!Directory.Exists(folder))
            {
                CreateFolder(folder);
            }

            folder = ResolveLinks(folder);
            var lockFile = TakeLock(folder);
            try
            {
                WriteProcessId(folder);
            }
            catch
            {
                lockFile.Dispose();
                throw;
            }

            return new DataFolder(folder, lockFile);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartupException(
                $"The data folder {path} cannot be used: {exception.Message} Choose another with --data or "
                + $"{ServerSettings.DataFolderVariable}.",
                exception);
        }
    }

    /// <summary>The token kept in the folder; made, readable by its owner only, when there is none.</summary>
    public RootToken ReadOrCreateRootToken() => new(ReadOrCreateSecret(
        RootTokenFileName, "root token", RootToken.IsAcceptable, () => RootToken.Generate().Text));

    /// <summary>The pepper kept in the folder; made, readable by its owner only, when there is none.</summary>
    internal TokenPepper ReadOrCreateTokenPepper() => new(ReadOrCreateSecret(
        TokenPepperFileName, "token pepper", TokenPepper.IsAcceptable, TokenPepper.GenerateText));

    /// <summary>
    /// The token kept in a folder, for a client of the server that uses it; null when this user cannot read it.
    /// </summary>
    public static string? ReadRootToken(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, RootTokenFileName)).Trim();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        // The lock file itself stays: deleting it would let two servers lock two different files of the same name.
        File.Delete(Path.Combine(FullPath, ProcessFileName));
        _lock.Dispose();
    }

    private string ReadOrCreateSecret(
        string fileName, string what, Func<string, bool> isAcceptable, Func<string> generate)
    {
        var path = Path.Combine(FullPath, fileName);
        if (File.Exists(path))
        {
            var text = File.ReadAllText(path).Trim();
            return isAcceptable(text)
                ? text
                : throw new StartupException(
                    $"The file {path} does not hold a valid {what}: delete it to have a new one made.");
        }

        // Written aside and renamed: a crash in between must not leave an empty secret behind.
        var secret = generate();
        var draft = path + ".new";
        File.Delete(draft);
        using (var stream = new FileStream(draft, SecretFile()))
        using (var writer = new StreamWriter(stream))
        {
            writer.WriteLine(secret);
            writer.Flush();
            stream.Flush(flushToDisk: true);
        }

        File.Move(draft, path);
        return secret;
    }

    private static FileStreamOptions SecretFile()
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.None,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = SecretFileMode;
        }

        return options;
    }

    private static void CreateFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
            return;
        }

        // Root's PostgreSQL runs as another user, who has to pass through this folder (but need not read it).
        Directory.CreateDirectory(Path.GetDirectoryName(folder) ?? folder);
        var owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Directory.CreateDirectory(
            folder,
            Environment.IsPrivilegedProcess ? owner | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute : owner);
    }

    private static FileStream TakeLock(string folder)
    {
        var path = Path.Combine(folder, LockFileName);
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (exception.HResult is WouldBlockOnLinux or WouldBlockOnMacOS)
        {
            throw new StartupException(
                $"Another server{HolderOf(folder)} is using the data folder {folder}: stop it first, or give this "
                + $"one its own folder with --data or {ServerSettings.DataFolderVariable}.",
                exception);
        }
    }

    private static string HolderOf(string folder)
    {
        try
        {
            return $" (process {File.ReadAllText(Path.Combine(folder, ProcessFileName)).Trim()})";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return string.Empty;
        }
    }

    private static void WriteProcessId(string folder) =>
        File.WriteAllText(
            Path.Combine(folder, ProcessFileName),
            Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n");

    private static string ResolveLinks(string folder)
    {
        var parent = Path.GetDirectoryName(folder);
        if (parent is null)
        {
            return folder;
        }

        var resolved = Path.Combine(ResolveLinks(parent), Path.GetFileName(folder));
        var target = Directory.ResolveLinkTarget(resolved, returnFinalTarget: true);
        return target is null ? resolved : ResolveLinks(target.FullName);
    }
}
