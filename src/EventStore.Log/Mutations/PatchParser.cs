using EventStore.Log.Documents;
using EventStore.Log.Mutations.Patches;
using EventStore.Log.Mutations.Paths;
using EventStore.Log.Mutations.Values;

namespace EventStore.Log.Mutations;

/// <summary>Reads the object of a patch mutation and compiles its operations.</summary>
internal static class PatchParser
{
    // The order in which the public package, and so every client that predicts a patch, applies the operations.
    private static readonly string[] Order =
        ["setIfMissing", "set", "unset", "diffMatchPatch", "inc", "dec", "insert"];

    public static SubmittedMutation Parse(
        ReadOnlyMemory<byte> body, MutationParseOptions options, IIdentifierSource identifiers)
    {
        var patch = JsonValue.FromCanonical(body);
        foreach (var member in patch.Members)
        {
            RequireKnown(CanonicalString.Decode(member.Key.Span));
        }

        if (options.AutoGenerateArrayKeys)
        {
            patch = GenerateKeys(patch, identifiers);
        }

        var operations = new List<PatchOperation>();
        foreach (var name in Order)
        {
            if (patch.Find(CanonicalString.Encode(name)) is { } value)
            {
                ReadOperations(name, value, operations);
            }
        }

        var id = ReadString(patch, "id"u8);
        var revision = ReadString(patch, "ifRevisionID"u8);
        var recorded = patch.Without("query"u8).Without("params"u8);
        var template = MutationTemplate.Create(
            id,
            ReadString(patch, "query"u8),
            patch.Find("params"u8)?.ToCanonical() ?? default,
            body.Length,
            one => new PatchMutation(one, revision, Named(recorded, one), operations));
        return template is not null
            ? new(template)
            : new(new PatchMutation(
                MutationParser.ReadId(id ?? throw MutationRejection.Invalid("A patch must have an id or a query")),
                revision,
                patch.ToCanonical(),
                operations));
    }

    private static ReadOnlyMemory<byte> Named(JsonValue patch, DocumentId id) =>
        patch.With("id"u8.ToArray(), JsonValue.FromString(id.Value)).ToCanonical();

    private static void RequireKnown(string key)
    {
        if (key is not ("id" or "ifRevisionID" or "query" or "params") && !Order.Contains(key))
        {
            throw MutationRejection.Invalid($"Unknown key \"{MutationParser.Shorten(key)}\" in patch", key);
        }
    }

    private static JsonValue GenerateKeys(JsonValue patch, IIdentifierSource identifiers)
    {
        foreach (var key in new[] { "set", "setIfMissing", "insert" }.Select(CanonicalString.Encode))
        {
            if (patch.Find(key) is { } value)
            {
                patch = patch.With(key, ArrayKeys.Generate(value, identifiers));
            }
        }

        // Read again, so that every value that is used is a slice of canonical text and its size is known.
        return JsonValue.FromCanonical(patch.ToCanonical());
    }

    private static void ReadOperations(string name, JsonValue value, List<PatchOperation> operations)
    {
        if (name == "unset")
        {
            if (value.Kind != JsonKind.Array || value.Items.Any(item => item.Kind != JsonKind.String))
            {
                throw MutationRejection.Invalid("unset must be an array of paths");
            }

            operations.AddRange(value.Items.Select(item => new UnsetOperation(ReadPath(item))));
            return;
        }

        if (value.Kind != JsonKind.Object)
        {
            throw MutationRejection.Invalid($"{name} must be an object");
        }

        if (name == "insert")
        {
            operations.Add(ReadInsert(value));
            return;
        }

        foreach (var member in value.Members)
        {
            var path = CompiledPath.Parse(CanonicalString.Decode(member.Key.Span));
            operations.Add(ReadOperation(name, path, member.Value));
        }
    }

    private static PatchOperation ReadOperation(string name, CompiledPath path, JsonValue value)
    {
        switch (name)
        {
            case "set":
                return new SetOperation(path, value);
            case "setIfMissing":
                return new SetIfMissingOperation(path, value);
            case "diffMatchPatch" when value.Kind == JsonKind.String:
                return new TextPatchOperation(path, value.DecodeString());
            case "inc" or "dec" when value.Kind == JsonKind.Number:
                return new IncrementOperation(path, value, subtract: name == "dec");
            default:
                var expected = name == "diffMatchPatch" ? "strings" : "numbers";
                throw MutationRejection.Invalid($"The values of {name} must be {expected}", path.Text);
        }
    }

    private static InsertOperation ReadInsert(JsonValue insert)
    {
        JsonValue[]? items = null;
        (InsertPosition Position, JsonValue Path)? place = null;
        foreach (var member in insert.Members)
        {
            var key = CanonicalString.Decode(member.Key.Span);
            switch (key)
            {
                case "items" when member.Value.Kind == JsonKind.Array:
                    items = member.Value.Items;
                    break;
                case "before" or "after" or "replace" when place is null && member.Value.Kind == JsonKind.String:
                    place = (Enum.Parse<InsertPosition>(key, ignoreCase: true), member.Value);
                    break;
                case "items" or "before" or "after" or "replace":
                    throw MutationRejection.Invalid(
                        "An insert has one of before, after and replace with a path, and items with an array");
                default:
                    throw MutationRejection.Invalid($"Unknown key \"{MutationParser.Shorten(key)}\" in insert", key);
            }
        }

        return items is not null && place is { } found
            ? new InsertOperation(ReadPath(found.Path), found.Position, items)
            : throw MutationRejection.Invalid(
                "An insert has one of before, after and replace with a path, and items with an array");
    }

    private static CompiledPath ReadPath(JsonValue value) => CompiledPath.Parse(value.DecodeString());

    private static string? ReadString(JsonValue patch, ReadOnlySpan<byte> key)
    {
        var value = patch.Find(key);
        return value is null or { Kind: JsonKind.String }
            ? value?.DecodeString()
            : throw MutationRejection.Invalid($"The {CanonicalString.Decode(key)} of a patch must be a string");
    }
}
