using System.Diagnostics;

namespace EventStore.Testing;

/// <summary>
/// Ends what tests started and removes its folder even when the test process is killed: a small shell reads a pipe that
/// only this process holds open, and tidies up when the pipe closes, however that came about.
/// </summary>
public sealed class OrphanGuard : IDisposable
{
    // $1: the folder to remove; $2 and on: texts in the command lines of the processes to kill.
    private const string Script = """
        exec >/dev/null 2>&1
        cat
        folder=$1
        shift
        for round in 1 2 3; do
          for text in "$@"; do
            for file in $(grep -laF -e "$text" /proc/[0-9]*/cmdline); do
              id=${file#/proc/}
              id=${id%/cmdline}
              [ "$id" = "$$" ] || kill -9 "$id"
            done
          done
        done
        rm -rf -- "$folder"
        """;

    private readonly Process _shell;
    private bool _done;

    /// <param name="folder">Removed at the end.</param>
    /// <param name="commandLineTexts">Processes whose command line holds one of these are killed first.</param>
    public OrphanGuard(string folder, params string[] commandLineTexts)
    {
        var start = new ProcessStartInfo("setsid", ["sh", "-c", Script, "guard", folder, .. commandLineTexts])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        _shell = Process.Start(start) ?? throw new InvalidOperationException("The guard did not start.");
    }

    /// <summary>Tidies up now and waits for it.</summary>
    public void Dispose()
    {
        if (_done)
        {
            return;
        }

        _done = true;
        _shell.StandardInput.Close();
        _shell.WaitForExit();
        _shell.Dispose();
    }
}
