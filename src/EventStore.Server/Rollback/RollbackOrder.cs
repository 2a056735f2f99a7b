using System.Globalization;
using System.Text.Json.Nodes;
using EventStore.Log.Documents;
using EventStore.Server.Wire;

namespace EventStore.Server.Rollback;

/// <summary>
/// What is to be undone: one transaction; what an author did in a time; or everything since an instant. Which of them
/// depends on what is given.
/// </summary>
internal sealed record RollbackOrder
{
    public string? Transaction { get; init; }

    public string? Author { get; init; }

    /// <summary>With an author: not before this time.</summary>
    public DateTimeOffset? FromTime { get; init; }

    /// <summary>With an author: not after this time; null for no end.</summary>
    public DateTimeOffset? ToTime { get; init; }

    /// <summary>Back to this instant.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>Back to after this transaction.</summary>
    public string? Revision { get; init; }

    /// <summary>Only these documents; null for all.</summary>
    public IReadOnlyList<DocumentId>? Documents { get; init; }

    /// <summary>One of <see cref="ConflictChoices"/>.</summary>
    public string OnConflict { get; init; } = ConflictChoices.Fail;

    /// <exception cref="BoomException">400: a field does not parse, or they do not say one thing.</exception>
    public static RollbackOrder Read(JsonBody body)
    {
        var order = new RollbackOrder
        {
            Transaction = TransactionOf(body, "transaction"),
            Author = body.Text("author"),
            FromTime = body.Time("fromTime"),
            ToTime = body.Time("toTime"),
            Time = body.Time("time"),
            Revision = TransactionOf(body, "revision"),
            Documents = DocumentsOf(body),
            OnConflict = body.Choice("onConflict", ConflictChoices.All) ?? ConflictChoices.Fail,
        };
        var kinds = new object?[] { order.Transaction, order.Author, order.Time, order.Revision };
        if (kinds.Count(kind => kind is not null) != 1)
        {
            throw BoomException.BadRequest(
                "Give one of \"transaction\", \"author\" with \"fromTime\", \"time\" and \"revision\"");
        }

        if (order.Author is null ? order.FromTime is not null || order.ToTime is not null : order.FromTime is null)
        {
            throw BoomException.BadRequest("\"author\" and \"fromTime\" go together");
        }

        return order;
    }

    public JsonObject ToJson() => new()
    {
        ["transaction"] = Transaction,
        ["author"] = Author,
        ["fromTime"] = Format(FromTime),
        ["toTime"] = Format(ToTime),
        ["time"] = Format(Time),
        ["revision"] = Revision,
        ["documents"] = Documents is null ? null : new JsonArray([.. Documents.Select(id => (JsonNode)id.Value)]),
        ["onConflict"] = OnConflict,
    };

    /// <summary>To the last digit, so that it is the same order when it is read back.</summary>
    private static string? Format(DateTimeOffset? time) =>
        time?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    private static string? TransactionOf(JsonBody body, string name)
    {
        if (body.Text(name) is not { } text)
        {
            return null;
        }

        return TransactionId.TryParse(text, out var id, out var reason)
            ? id.Value
            : throw BoomException.BadRequest($"\"{name}\": {reason}");
    }

    private static List<DocumentId>? DocumentsOf(JsonBody body)
    {
        if (body.Items("documents") is not { } items)
        {
            return null;
        }

        var ids = new List<DocumentId>();
        foreach (var item in items)
        {
            var text = item is JsonValue value && value.TryGetValue<string>(out var found) ? found : null;
            ids.Add(DocumentId.TryParse(text, out var id, out var reason)
                ? id
                : throw BoomException.BadRequest($"\"documents\": {reason}"));
        }

        return ids.Count > 0 ? ids : throw BoomException.BadRequest("\"documents\" is empty");
    }
}
