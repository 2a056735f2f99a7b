using System.CommandLine;
using System.Globalization;

namespace EventStore.Cli.History;

/// <summary>The options of <c>history</c> and the query parameters they become.</summary>
internal sealed class HistoryFilters
{
    private readonly Option<long?> _limit = new("--limit")
    {
        Description = "At most so many transactions",
        HelpName = "n",
    };

    private readonly Option<bool> _reverse = new("--reverse") { Description = "Newest first" };

    private readonly (Option<string?> Option, string Parameter)[] _texts =
    [
        (new("--from-time") { Description = "Not before this instant (ISO 8601)", HelpName = "time" }, "fromTime"),
        (new("--to-time") { Description = "Not after this instant (ISO 8601)", HelpName = "time" }, "toTime"),
        (new("--from-transaction") { Description = "From this transaction on", HelpName = "id" }, "fromTransaction"),
        (new("--to-transaction") { Description = "Up to and with this transaction", HelpName = "id" }, "toTransaction"),
        (new("--authors") { Description = "Only by these authors, separated by commas", HelpName = "a,b" }, "authors"),
    ];

    public void AddTo(Command command)
    {
        command.Options.Add(_limit);
        command.Options.Add(_reverse);
        foreach (var (option, _) in _texts)
        {
            command.Options.Add(option);
        }
    }

    public string ToQuery(ParseResult arguments)
    {
        List<string> query = ["excludeContent=true", "includeIdentifiedDocumentsOnly=true"];
        if (arguments.GetValue(_limit) is { } limit)
        {
            query.Add(string.Create(CultureInfo.InvariantCulture, $"limit={limit}"));
        }

        if (arguments.GetValue(_reverse))
        {
            query.Add("reverse=true");
        }

        foreach (var (option, parameter) in _texts)
        {
            if (arguments.GetValue(option) is { Length: > 0 } value)
            {
                query.Add($"{parameter}={Uri.EscapeDataString(value)}");
            }
        }

        return string.Join('&', query);
    }
}
