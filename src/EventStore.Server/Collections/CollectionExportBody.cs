using System.Text;
using System.Text.Json.Nodes;
using EventStore.Groq;
using EventStore.Log.Documents;
using EventStore.Mendoza;
using EventStore.Server.Collections.Fields;
using EventStore.Server.Collections.Filters;
using EventStore.Server.Documents;

namespace EventStore.Server.Collections;

/// <summary>Reads the body of an export request.</summary>
internal static class CollectionExportBody
{
    private static readonly string[] Root = [BodyReader.Root];

    private static readonly string[] Known =
    [
        "format", "include_vectors", "select_fields", "filters", "sample_size", "time", "revision", "types", "drafts",
        "groq", "params", "vector_field", "formula_safe",
        "async",
    ];

    /// <summary>What a query says itself.</summary>
    private static readonly string[] NotWithQuery = ["filters", "types"];

    /// <param name="body">The bytes; none at all count as an empty object.</param>
    /// <exception cref="CollectionRequestException">Names all that is wrong.</exception>
    public static CollectionExportOrder Parse(ReadOnlyMemory<byte> body)
    {
        var json = ReadJson(body);
        var reader = new BodyReader();
        reader.RequireKnown(json, Root, Known);
        var groq = reader.Text(json, "groq", Root);
        foreach (var name in groq is null ? ["params"] : NotWithQuery)
        {
            if (json[name] is not null)
            {
                reader.Add(
                    [BodyReader.Root, name],
                    groq is null ? "Goes with groq only" : "Does not go with groq, which says the same",
                    "value_error");
            }
        }

        var order = new CollectionExportOrder
        {
            Format = ReadFormat(reader, json),
            Fields = ReadFields(reader, json),
            Filter = json["filters"] is { } filters
                ? new FilterParser(reader).Parse(filters, [BodyReader.Root, "filters"])
                : null,
            Query = groq is null ? null : ReadQuery(reader, groq, json["params"]),
            SampleSize = reader.Number(json, "sample_size", 1, ServerLimits.CollectionSample),
            Types = reader.Texts(json, "types", ServerLimits.ListEntries)?.ToHashSet(StringComparer.Ordinal),
            IncludesDrafts = reader.Flag(json, "drafts", Root) ?? false,
            IncludesVectors = reader.Flag(json, "include_vectors", Root) ?? false,
            VectorField = ReadPath(reader, reader.Text(json, "vector_field", Root), "vector_field")
                ?? CollectionExportOrder.DefaultVectorField,
            IsFormulaSafe = reader.Flag(json, "formula_safe", Root) ?? false,
            IsAsync = reader.Flag(json, "async", Root) ?? false,
            AsOf = ReadMoment(reader, json),
        };
        reader.RequireNoFaults();
        return order;
    }

    private static JsonObject ReadJson(ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty)
        {
            return [];
        }

        try
        {
            return JsonNode.Parse(CanonicalJson.Canonicalize(body.Span, ServerLimits.CollectionJson)) as JsonObject
                ?? throw CollectionRequestException.Of("Must be a JSON object", "dict_type");
        }
        catch (JsonFormatException exception)
        {
            throw CollectionRequestException.Of($"The body is not valid JSON: {exception.Message}", "json_invalid");
        }
    }

    private static ExportFormat ReadFormat(BodyReader reader, JsonObject json)
    {
        switch (reader.Text(json, "format", Root))
        {
            case "json":
                return ExportFormat.Json;
            case "csv":
                return ExportFormat.Csv;
            case null or "parquet":
                return ExportFormat.Parquet;
            default:
                reader.Add([BodyReader.Root, "format"], "Must be one of json, csv, parquet", "enum");
                return default;
        }
    }

    private static FieldSelection? ReadFields(BodyReader reader, JsonObject json)
    {
        if (reader.Texts(json, "select_fields", ServerLimits.CollectionFields) is not { } texts)
        {
            return null;
        }

        if (texts.Count == 0)
        {
            reader.Add([BodyReader.Root, "select_fields"], "Must name a field", "too_short");
        }

        var paths = texts.Select((text, index) => ReadPath(reader, text, "select_fields", index)).ToList();
        return paths.Contains(null) ? null : new(paths!);
    }

    private static FieldPath? ReadPath(BodyReader reader, string? text, params object[] location)
    {
        if (text is null)
        {
            return null;
        }

        var path = FieldPath.TryParse(text, out var reason);
        if (path is null)
        {
            reader.Add([BodyReader.Root, .. location], reason, "value_error");
        }

        return path;
    }

    private static GroqQuery? ReadQuery(BodyReader reader, string text, JsonNode? parameters)
    {
        if (parameters is not (null or JsonObject))
        {
            reader.Add([BodyReader.Root, "params"], "Must be an object", "dict_type");
            return null;
        }

        var values = (parameters as JsonObject ?? []).ToDictionary(
            parameter => parameter.Key,
            parameter => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(parameter.Value?.ToJsonString() ?? "null"));
        try
        {
            return GroqQuery.Parse(text, values);
        }
        catch (GroqParseException exception)
        {
            reader.Add(
                [BodyReader.Root, "groq"],
                $"{exception.Description} (at {exception.Start} to {exception.End})",
                "value_error");
            return null;
        }
    }

    private static AsOf ReadMoment(BodyReader reader, JsonObject json)
    {
        var time = reader.Time(json, "time");
        if (reader.Text(json, "revision", Root) is not { } text)
        {
            return new(null, time);
        }

        if (time is not null)
        {
            reader.Add([BodyReader.Root, "time"], "Does not go with revision", "value_error");
        }

        if (!TransactionId.TryParse(text, out var revision, out var reason))
        {
            reader.Add([BodyReader.Root, "revision"], reason, "value_error");
        }

        return new(revision, null);
    }
}
