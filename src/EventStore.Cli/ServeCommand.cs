using System.CommandLine;
using EventStore.Server.Hosting;

namespace EventStore.Cli;

/// <summary><c>eventstore serve</c>: runs the server until it is told to stop.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var urls = new Option<string?>("--urls")
        {
            Description = $"Addresses to listen on, separated by ';' (default: {ServerSettings.DefaultUrls}).",
        };
        var data = new Option<string?>("--data") { Description = "The data folder." };
        const string description = "Run the server; with no database named, on a private PostgreSQL of its own.";
        var command = new Command("serve", description)
        {
            urls,
            data,
        };
        command.SetAction((arguments, cancellationToken) =>
            RunAsync(arguments.GetValue(data), arguments.GetValue(urls), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string? data, string? urls, CancellationToken cancellationToken)
    {
        try
        {
            var settings = ServerSettings.Load(data, urls, Environment.GetEnvironmentVariable);
            await using var host = await ServerHost.StartAsync(settings, cancellationToken: cancellationToken);
            Console.Out.WriteLine(Greeting(host));
            await host.WaitForStopAsync(cancellationToken);
            Console.Out.WriteLine("Stopping: finishing the requests under way.");
        }
        catch (StartupException exception)
        {
            Console.Error.WriteLine(exception.Message);
            return 1;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Told to stop before the start was finished: nothing is left running.
        }

        Console.Out.WriteLine("Stopped.");
        return 0;
    }

    private static string Greeting(ServerHost host)
    {
        var address = host.Address.GetLeftPart(UriPartial.Authority);
        var data = $"{address}/v2025-02-19/data";
        var authorization = $"Authorization: Bearer {host.RootToken.Text}";
        const string mutation =
            """{"mutations":[{"createOrReplace":{"_id":"hello","_type":"greeting","text":"Hello, past."}}]}""";
        const string contentType = "Content-Type: application/json";
        return $$"""

            EventStore serves project '{{host.Settings.ProjectId}}' at {{address}}
            Data folder: {{host.Settings.DataFolder}}
            Root token:  {{host.RootToken.Text}}

            Try it, from another terminal:
              curl -sS {{data}}/mutate/production -H '{{authorization}}' -H '{{contentType}}' -d '{{mutation}}'
              curl -sS "{{data}}/history/production/documents/hello?time=$(date -u +%FT%T.999Z)" -H '{{authorization}}'
              curl -sS '{{data}}/history/production/transactions/hello?excludeContent=true' -H '{{authorization}}'

            """;
    }
}
