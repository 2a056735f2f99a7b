using Spectre.Console;

namespace EventStore.Cli.Terminal;

/// <summary>
/// Shows how far a long verb is, on standard error: a bar on a terminal, otherwise plain lines, at most one a second.
/// </summary>
internal abstract class ProgressDisplay
{
    private static readonly TimeSpan PlainLineInterval = TimeSpan.FromSeconds(1);

    /// <summary>Shows nothing, for verbs whose results already run over the screen.</summary>
    public static ProgressDisplay Silent { get; } = new Nothing();

    /// <param name="text">What has been done, as words and numbers.</param>
    /// <param name="done">How much of <paramref name="total"/>, in any unit.</param>
    /// <param name="total">Null when the end cannot be known.</param>
    public abstract void Report(string text, long done, long? total);

    /// <summary>Runs <paramref name="work"/> with the display that fits standard error.</summary>
    public static async Task<T> RunAsync<T>(StandardStreams streams, string title, Func<ProgressDisplay, Task<T>> work)
    {
        if (!streams.ErrorIsTerminal)
        {
            return await work(new PlainLines(streams.Error, title));
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(streams.Error) });
        ProgressColumn[] columns = [new TaskDescriptionColumn(), new ProgressBarColumn(), new SpinnerColumn()];
        return await console.Progress().AutoClear(true).Columns(columns).StartAsync(
            async context => await work(new Bar(context.AddTask(Markup.Escape(title)), title)));
    }

    private sealed class Nothing : ProgressDisplay
    {
        public override void Report(string text, long done, long? total)
        {
        }
    }

    private sealed class PlainLines(TextWriter writer, string title) : ProgressDisplay
    {
        private long _lastLine = Environment.TickCount64;

        public override void Report(string text, long done, long? total)
        {
            var now = Environment.TickCount64;
            if (now - _lastLine < PlainLineInterval.TotalMilliseconds)
            {
                return;
            }

            _lastLine = now;
            var share = total is > 0 ? $" ({Math.Min(100, done * 100 / total.Value)}%)" : "";
            writer.WriteLine($"{title}: {text}{share}");
        }
    }

    private sealed class Bar(ProgressTask task, string title) : ProgressDisplay
    {
        public override void Report(string text, long done, long? total)
        {
            task.Description = Markup.Escape($"{title}: {text}");
            task.IsIndeterminate = total is null;
            if (total is > 0)
            {
                task.MaxValue = total.Value;
                task.Value = Math.Min(done, total.Value);
            }
        }
    }
}
