namespace EventStore.Server.Hosting.Postgres;

/// <param name="ExitCode">0 for success, by the habit of all programs used here.</param>
/// <param name="Output">Standard output, then standard error.</param>
internal sealed record CommandResult(int ExitCode, string Output)
{
    public bool Succeeded => ExitCode == 0;
}
