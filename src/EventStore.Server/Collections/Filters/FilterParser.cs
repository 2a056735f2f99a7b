using System.Text;
using System.Text.Json.Nodes;
using EventStore.Mendoza;
using EventStore.Server.Collections.Fields;

namespace EventStore.Server.Collections.Filters;

/// <summary>Reads the <c>filters</c> of a request: conditions in nested <c>AND</c>, <c>OR</c> and <c>NOT</c>.</summary>
internal sealed class FilterParser(BodyReader reader)
{
    /// <summary>Deepest nesting of groups.</summary>
    public const int MaxDepth = 16;

    /// <summary>Most conditions and groups together.</summary>
    public const int MaxConditions = 500;

    private const string CaseSensitive = "case_sensitive";
    private static readonly string[] GroupKeys = ["AND", "OR", "NOT", CaseSensitive];
    private static readonly string[] ConditionKeys = ["field", "operator", "value", CaseSensitive];

    private int _count;

    /// <summary>Reads a group, or a single condition.</summary>
    /// <param name="node">What the request holds.</param>
    /// <param name="location">Where that is.</param>
    public CollectionFilter? Parse(JsonNode? node, IReadOnlyList<object> location) => Parse(node, location, 0, false);

    private CollectionFilter? Parse(JsonNode? node, IReadOnlyList<object> location, int depth, bool isCaseSensitive)
    {
        if (node is not JsonObject json)
        {
            reader.Add(location, "Must be an object", "dict_type");
            return null;
        }

        if (depth > MaxDepth || ++_count > MaxConditions)
        {
            reader.Add(
                location, $"Filters may nest {MaxDepth} levels and have {MaxConditions} conditions", "too_long");
            return null;
        }

        isCaseSensitive = reader.Flag(json, CaseSensitive, location) ?? isCaseSensitive;
        if (json.ContainsKey("field") || json.ContainsKey("operator"))
        {
            reader.RequireKnown(json, location, ConditionKeys);
            return ParseCondition(json, location, isCaseSensitive);
        }

        reader.RequireKnown(json, location, GroupKeys);
        return new FilterGroup(
            ParseList(json, "AND", location, depth, isCaseSensitive),
            ParseList(json, "OR", location, depth, isCaseSensitive),
            ParseList(json, "NOT", location, depth, isCaseSensitive));
    }

    private List<CollectionFilter> ParseList(
        JsonObject json, string name, IReadOnlyList<object> location, int depth, bool isCaseSensitive)
    {
        var filters = new List<CollectionFilter>();
        switch (json[name])
        {
            case null:
                break;
            case JsonArray array:
                for (var index = 0; index < array.Count && _count <= MaxConditions; index++)
                {
                    Add(Parse(array[index], [.. location, name, index], depth + 1, isCaseSensitive));
                }

                break;
            case JsonObject single when name == "NOT":
                Add(Parse(single, [.. location, name], depth + 1, isCaseSensitive));
                break;
            default:
                reader.Add([.. location, name], "Must be an array of conditions", "list_type");
                break;
        }

        return filters;

        void Add(CollectionFilter? filter)
        {
            if (filter is not null)
            {
                filters.Add(filter);
            }
        }
    }

    private FieldCondition? ParseCondition(JsonObject json, IReadOnlyList<object> location, bool isCaseSensitive)
    {
        var path = ParseField(json, location);
        var name = reader.Text(json, "operator", location) ?? "eq";
        var comparison = isCaseSensitive ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
        var operand = new JsonOperand(Bytes(json["value"]), comparison);
        FieldCondition? Of(ValueTest? test, bool negated = false) =>
            path is null || test is null ? null : new(path, test, negated);

        switch (name)
        {
            case "eq" or "ne" when operand.IsNull:
                return Of(new PresenceTest(countsNull: false), negated: name == "eq");
            case "eq" or "ne":
                return Of(new EqualTest([operand]), negated: name == "ne");
            case "in" or "nin":
                return Of(ParseChoices(json, location, comparison), negated: name == "nin");
            case "gt" or "gte" or "lt" or "lte":
                return Of(ParseOrder(name, operand, location));
            case "exists" or "is_null":
                // "is_null" is true of what is absent; "exists" is true of a null.
                var expected = json.ContainsKey("value") ? reader.Flag(json, "value", location) ?? true : true;
                return Of(new PresenceTest(countsNull: name == "exists"), negated: expected == (name == "is_null"));
            case "contains":
                return Of(new ContainsTest(operand, comparison));
            case "starts_with" or "ends_with" or "regex":
                return Of(ParseText(name, operand, location, isCaseSensitive));
            default:
                reader.Add(
                    [.. location, "operator"],
                    "Must be one of eq, ne, gt, gte, lt, lte, in, nin, exists, is_null, contains, starts_with, "
                    + "ends_with, regex",
                    "enum");
                return null;
        }
    }

    private FieldPath? ParseField(JsonObject json, IReadOnlyList<object> location)
    {
        if (reader.Text(json, "field", location) is not { } text)
        {
            if (json["field"] is null)
            {
                reader.Add([.. location, "field"], "Field required", "missing");
            }

            return null;
        }

        var path = FieldPath.TryParse(text, out var reason);
        if (path is null)
        {
            reader.Add([.. location, "field"], reason, "value_error");
        }

        return path;
    }

    private EqualTest? ParseChoices(JsonObject json, IReadOnlyList<object> location, StringComparison comparison)
    {
        if (json["value"] is JsonArray array)
        {
            return new([.. array.Select(element => new JsonOperand(Bytes(element), comparison))]);
        }

        reader.Add([.. location, "value"], "Must be an array", "list_type");
        return null;
    }

    private OrderTest? ParseOrder(string name, JsonOperand operand, IReadOnlyList<object> location)
    {
        if (operand.Text is null && !operand.IsNumber)
        {
            reader.Add([.. location, "value"], "Must be a number or a string", "value_error");
            return null;
        }

        return new(operand, name switch
        {
            "gt" => static order => order > 0,
            "gte" => static order => order >= 0,
            "lt" => static order => order < 0,
            _ => static order => order <= 0,
        });
    }

    private TextTest? ParseText(
        string name, JsonOperand operand, IReadOnlyList<object> location, bool isCaseSensitive)
    {
        if (operand.Text is not { } text)
        {
            reader.Add([.. location, "value"], "Must be a string", "string_type");
            return null;
        }

        var comparison = isCaseSensitive ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
        switch (name)
        {
            case "starts_with":
                return new(value => value.StartsWith(text, comparison));
            case "ends_with":
                return new(value => value.EndsWith(text, comparison));
            default:
                try
                {
                    return new(FilterPattern.Parse(text, isCaseSensitive).IsMatch);
                }
                catch (ArgumentException exception)
                {
                    reader.Add(
                        [.. location, "value"], $"The regular expression is refused: {exception.Message}", "value_error");
                    return null;
                }
        }
    }

    private static byte[] Bytes(JsonNode? node) => CanonicalJson.Canonicalize(
        Encoding.UTF8.GetBytes(node?.ToJsonString() ?? "null"), ServerLimits.CollectionJson);
}
