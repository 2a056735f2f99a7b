using System.CommandLine;

namespace EventStore.Cli.Connection;

/// <summary>The options of every verb that talks to a server.</summary>
internal sealed class ConnectionOptions
{
    private readonly Option<string?> _url = new("--url")
    {
        Description = "Address of the server [EVENTSTORE_URL, default that of a local serve]",
        HelpName = "address",
        Recursive = true,
    };

    private readonly Option<string?> _token = new("--token")
    {
        Description = "Token to present [EVENTSTORE_TOKEN, default the root token of the local server]",
        HelpName = "token",
        Recursive = true,
    };

    private readonly Option<string?> _project = new("--project")
    {
        Description = "Project of the dataset [EVENTSTORE_PROJECT, default the server's own choice]",
        HelpName = "project",
        Recursive = true,
    };

    public static ConnectionOptions AddTo(Command command)
    {
        var options = new ConnectionOptions();
        command.Options.Add(options._url);
        command.Options.Add(options._token);
        command.Options.Add(options._project);
        return options;
    }

    public EventStoreConnection Connect(ParseResult arguments)
    {
        var local = LocalServer.Find();
        var address = Choose(arguments.GetValue(_url), "EVENTSTORE_URL") ?? local.Address;
        return new EventStoreConnection(
            address,
            Choose(arguments.GetValue(_token), "EVENTSTORE_TOKEN") ?? local.RootTokenFor(address),
            Choose(arguments.GetValue(_project), "EVENTSTORE_PROJECT"));
    }

    private static string? Choose(string? option, string variable)
    {
        var value = string.IsNullOrEmpty(option) ? Environment.GetEnvironmentVariable(variable) : option;
        return string.IsNullOrEmpty(value) ? null : value;
    }
}
