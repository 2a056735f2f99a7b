using System.Text.Json.Nodes;
using EventStore.Server.Wire;

namespace EventStore.Server.Collections;

/// <summary>
/// Reads the fields of a JSON body and collects what is wrong with them, so that a caller learns all at once.
/// </summary>
internal sealed class BodyReader
{
    /// <summary>Where locations begin.</summary>
    public const string Root = "body";

    /// <summary>More faults than these are not listed.</summary>
    private const int MaxFaults = 100;

    private readonly List<BodyFault> _faults = [];

    /// <summary>Notes a fault.</summary>
    public void Add(IReadOnlyList<object> location, string message, string type)
    {
        if (_faults.Count < MaxFaults)
        {
            _faults.Add(new(location, message, type));
        }
    }

    /// <exception cref="CollectionRequestException">Something was wrong.</exception>
    public void RequireNoFaults()
    {
        if (_faults.Count > 0)
        {
            throw new CollectionRequestException(_faults);
        }
    }

    /// <summary>Refuses keys that mean nothing: one that is misspelled would silently change what is exported.</summary>
    public void RequireKnown(JsonObject json, IReadOnlyList<object> location, IReadOnlyList<string> known)
    {
        foreach (var (key, _) in json)
        {
            if (!known.Contains(key))
            {
                Add([.. location, Shorten(key)], $"There is no such field; there are {string.Join(", ", known)}", "extra_forbidden");
            }
        }
    }

    public string? Text(JsonObject json, string name, IReadOnlyList<object> location)
    {
        if (json[name] is not { } node)
        {
            return null;
        }

        if (node is JsonValue value && value.TryGetValue<string>(out var text))
        {
            return text;
        }

        Add([.. location, name], "Must be a string", "string_type");
        return null;
    }

    public bool? Flag(JsonObject json, string name, IReadOnlyList<object> location)
    {
        if (json[name] is not { } node)
        {
            return null;
        }

        if (node is JsonValue value && value.TryGetValue<bool>(out var flag))
        {
            return flag;
        }

        Add([.. location, name], "Must be true or false", "bool_type");
        return null;
    }

    public int? Number(JsonObject json, string name, int min, int max)
    {
        if (json[name] is not { } node)
        {
            return null;
        }

        if (node is JsonValue value && value.TryGetValue<int>(out var number) && number >= min && number <= max)
        {
            return number;
        }

        Add([Root, name], $"Must be a whole number from {min} to {max}", "int_range");
        return null;
    }

    public DateTimeOffset? Time(JsonObject json, string name)
    {
        if (Text(json, name, [Root]) is not { } text)
        {
            return null;
        }

        if (WireTime.TryParse(text, out var time))
        {
            return time;
        }

        Add([Root, name], "Must be a time like 2025-02-19T12:00:00Z", "datetime_parsing");
        return null;
    }

    /// <summary>An array of strings; null when it is absent or null.</summary>
    public IReadOnlyList<string>? Texts(JsonObject json, string name, int max)
    {
        switch (json[name])
        {
            case null:
                return null;
            case JsonArray array when array.Count <= max:
                var texts = new List<string>();
                for (var index = 0; index < array.Count; index++)
                {
                    if (array[index] is JsonValue value && value.TryGetValue<string>(out var text))
                    {
                        texts.Add(text);
                    }
                    else
                    {
                        Add([Root, name, index], "Must be a string", "string_type");
                    }
                }

                return texts;
            default:
                Add([Root, name], $"Must be an array of at most {max} strings", "list_type");
                return null;
        }
    }

    private static string Shorten(string key) => key.Length <= 100 ? key : key[..100] + "…";
}
