using System.CommandLine;
using System.Text.Json.Nodes;

namespace EventStore.Cli.Backups;

/// <summary>The options that say what to restore, and the fields of the request that they become.</summary>
internal sealed class RestoreOptions
{
    private readonly Option<string?> _time = new("--time")
    {
        Description = "As the dataset was at this instant, before the backup was made",
    };

    private readonly Option<string?> _revision = new("--revision") { Description = "As it was after this transaction" };

    private readonly Option<string?> _documents = new("--documents")
    {
        Description = "Only these documents",
        HelpName = "a,b",
    };

    private readonly Option<string?> _types = new("--types")
    {
        Description = "Only documents of these types",
        HelpName = "a,b",
    };

    private readonly Option<bool> _sync = new("--sync")
    {
        Description = "Change an existing dataset by new transactions, deleting what the backup does not have",
    };

    private readonly Option<bool> _keepOthers = new("--keep-others")
    {
        Description = "With --sync: delete nothing",
    };

    private readonly Option<bool> _skipHistory = new("--skip-history")
    {
        Description = "Restore the documents alone",
    };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _time, _revision, _documents, _types, _sync, _keepOthers, _skipHistory })
        {
            command.Options.Add(option);
        }
    }

    public bool IsSync(ParseResult arguments) => arguments.GetValue(_sync);

    public JsonObject ToJson(ParseResult arguments, string target)
    {
        var body = new JsonObject
        {
            ["targetDataset"] = target,
            ["sync"] = arguments.GetValue(_sync),
            ["keepOthers"] = arguments.GetValue(_keepOthers),
            ["skipHistory"] = arguments.GetValue(_skipHistory),
        };
        foreach (var (option, name) in new[] { (_time, "time"), (_revision, "revision") })
        {
            if (arguments.GetValue(option) is { Length: > 0 } value)
            {
                body[name] = value;
            }
        }

        foreach (var (option, name) in new[] { (_documents, "documents"), (_types, "types") })
        {
            if (arguments.GetValue(option) is { Length: > 0 } list)
            {
                body[name] = new JsonArray([.. list.Split(',').Select(entry => (JsonNode)entry.Trim())]);
            }
        }

        return body;
    }
}
