using System.Text;
using EventStore.Cli;
using EventStore.Cli.Terminal;

namespace EventStore.Server.Tests.Cli;

/// <summary>What a verb did: its exit code and what it wrote.</summary>
internal sealed record CommandRun(int ExitCode, byte[] Bytes, string Error)
{
    public string Output => Encoding.UTF8.GetString(Bytes);

    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public static Task<CommandRun> OfAsync(string input, params string[] arguments) =>
        OfAsync(new MemoryStream(Encoding.UTF8.GetBytes(input)), arguments);

    public static async Task<CommandRun> OfAsync(Stream input, params string[] arguments)
    {
        using var output = new MemoryStream();
        using var error = new StringWriter();
        var code = await EventStoreCommandLine.RunAsync(arguments, new StandardStreams(input, output, error));
        return new CommandRun(code, output.ToArray(), error.ToString());
    }
}
