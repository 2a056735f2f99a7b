namespace EventStore.Server.Hosting.Postgres;

/// <summary>
/// The user PostgreSQL runs as. PostgreSQL refuses to run as root, so a server that is root gives its rights up for
/// each of PostgreSQL's programs.
/// </summary>
/// <param name="UserName">Null: this process's own user.</param>
internal sealed record PostgresAccount(string? UserName)
{
    private static readonly string[] UsersByPreference = ["postgres", "nobody"];
    private static readonly string[] ToolFolders = ["/usr/bin", "/bin", "/usr/sbin", "/sbin", "/usr/local/bin"];

    /// <exception cref="StartupException">The process is root and there is no way to run as somebody else.</exception>
    public static PostgresAccount ForThisProcess()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return new PostgresAccount((string?)null);
        }

        var users = File.ReadLines("/etc/passwd").Select(line => line.Split(':')[0]).ToHashSet(StringComparer.Ordinal);
        return Array.Find(UsersByPreference, users.Contains) is { } user
            ? new PostgresAccount(user)
            : throw new StartupException(
                "PostgreSQL does not run as root, and there is no user 'postgres' or 'nobody' to run it as: start the "
                + "server as an ordinary user.");
    }

    /// <summary>The command line that runs a program as this user.</summary>
    public IReadOnlyList<string> CommandLine(params IReadOnlyList<string> arguments)
    {
        if (UserName is null)
        {
            return arguments;
        }

        // setpriv becomes the program; runuser stays beside it and is the second choice.
        if (FindTool("setpriv") is { } setpriv)
        {
            return
            [
                setpriv, $"--reuid={UserName}", $"--regid={GroupOf(UserName)}", "--init-groups", "--", .. arguments,
            ];
        }

        return FindTool("runuser") is { } runuser
            ? [runuser, "-u", UserName, "--", .. arguments]
            : throw new StartupException(
                "PostgreSQL does not run as root, and neither 'setpriv' nor 'runuser' (package util-linux) is here to "
                + $"run it as '{UserName}': start the server as an ordinary user.");
    }

    /// <summary>Makes the user the owner of a folder that this process created.</summary>
    public async Task TakeOwnershipAsync(string folder, CancellationToken cancellationToken)
    {
        if (UserName is null)
        {
            return;
        }

        var result = await Command.RunAsync(
            ["chown", "--no-dereference", $"{UserName}:{GroupOf(UserName)}", "--", folder],
            cancellationToken: cancellationToken);
        if (!result.Succeeded)
        {
            throw new StartupException(
                $"The folder {folder} cannot be given to the user '{UserName}': {result.Output.Trim()}");
        }
    }

    private static string GroupOf(string user) =>
        File.ReadLines("/etc/passwd").Select(line => line.Split(':')).First(fields => fields[0] == user)[3];

    private static string? FindTool(string name) =>
        ToolFolders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
}
