using System.CommandLine;
using System.Text.Json.Nodes;

namespace EventStore.Cli.Rollback;

/// <summary>The options that say what to undo, and the fields of the request that they become.</summary>
internal sealed class RollbackOptions
{
    private readonly (Option<string?> Option, string Field)[] _texts =
    [
        (Text("--transaction", "id", "Undo this transaction"), "transaction"),
        (Text("--author", "user", "Undo what this author did, from --from on"), "author"),
        (Text("--from", "time", "With --author: not before this instant (ISO 8601)"), "fromTime"),
        (Text("--to", "time", "With --author: not after this instant"), "toTime"),
        (Text("--to-time", "time", "Undo everything since this instant"), "time"),
        (Text("--to-revision", "id", "Undo everything behind this transaction"), "revision"),
        (Text("--on-conflict", "fail|skip|force", "Where later edits are in the way: stop, leave out, overrule"),
            "onConflict"),
    ];

    private readonly Option<string?> _documents = Text("--documents", "a,b", "Only in these documents");

    public void AddTo(Command command)
    {
        foreach (var (option, _) in _texts)
        {
            command.Options.Add(option);
        }

        command.Options.Add(_documents);
    }

    public JsonObject ToJson(ParseResult arguments)
    {
        var order = new JsonObject();
        foreach (var (option, field) in _texts)
        {
            if (arguments.GetValue(option) is { Length: > 0 } value)
            {
                order[field] = value;
            }
        }

        if (arguments.GetValue(_documents) is { Length: > 0 } documents)
        {
            order["documents"] = new JsonArray([.. documents.Split(',').Select(id => (JsonNode)id.Trim())]);
        }

        return order;
    }

    private static Option<string?> Text(string name, string help, string description) =>
        new(name) { Description = description, HelpName = help };
}
