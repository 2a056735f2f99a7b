using EventStore.Log.Documents;

namespace EventStore.Log.Mutations;

/// <summary>Reads the mutations of a request or of a stream line.</summary>
public static class MutationParser
{
    /// <summary>Reads a canonical JSON array of mutations; documents stay slices of it unless they have to
    /// change.</summary>
    /// <param name="mutations">The array, canonical.</param>
    /// <param name="options">How to read it.</param>
    /// <param name="identifiers">Where new ids and keys come from.</param>
    /// <exception cref="MutationException">Names every malformed item.</exception>
    public static IReadOnlyList<Mutation> Parse(
        ReadOnlyMemory<byte> mutations, MutationParseOptions options, IIdentifierSource identifiers)
    {
        if (mutations.IsEmpty || mutations.Span[0] != '[')
        {
            throw Whole("The mutations must be an array");
        }

        var result = new List<Mutation>();
        var errors = new List<(int, MutationError)>();
        var items = new ElementReader(mutations.Span);
        for (var index = 0; items.Read(); index++)
        {
            if (index == Limits.MutationsPerTransaction)
            {
                throw Whole($"A transaction may have at most {Limits.MutationsPerTransaction} mutations");
            }

            try
            {
                result.Add(ParseItem(mutations[items.Start..items.End], options, identifiers));
            }
            catch (MutationRejection rejection)
            {
                errors.Add((index, rejection.Error));
                if (errors.Count == Limits.ReportedErrors)
                {
                    break;
                }
            }
        }

        return errors.Count == 0 ? result : throw new MutationException(errors);
    }

    /// <summary>What the items of a canonical array of mutations are called, whether they are known or not.</summary>
    public static IReadOnlyList<string> Names(ReadOnlySpan<byte> mutations)
    {
        var names = new List<string>();
        var items = new ElementReader(mutations);
        while (items.Read())
        {
            var item = mutations[items.Start..items.End];
            var members = new MemberReader(item);
            if (item[0] == '{' && members.Read())
            {
                names.Add(CanonicalString.Decode(members.Key));
            }
        }

        return names;
    }

    private static Mutation ParseItem(
        ReadOnlyMemory<byte> item, MutationParseOptions options, IIdentifierSource identifiers)
    {
        var members = item.Span[0] == '{' ? new MemberReader(item.Span) : default;
        if (item.Span[0] != '{' || !members.Read())
        {
            throw MutationRejection.Invalid("A mutation must be an object with one key");
        }

        if (members.ValueEnd != item.Length - 1)
        {
            throw MutationRejection.Invalid("A mutation must have exactly one key");
        }

        var name = CanonicalString.Decode(members.Key);
        var body = item[members.ValueStart..members.ValueEnd];
        if (body.Span[0] != '{')
        {
            throw MutationRejection.Invalid($"The value of \"{Shorten(name)}\" must be an object");
        }

        switch (name)
        {
            case "create":
                var (createId, created) = SubmittedDocument.Read(body, mayLackId: true, options, identifiers);
                return new CreateMutation(createId, created);
            case "createOrReplace":
                var (replaceId, replacing) = SubmittedDocument.Read(body, mayLackId: false, options, identifiers);
                return new CreateOrReplaceMutation(replaceId, replacing);
            case "createIfNotExists":
                var (missingId, missing) = SubmittedDocument.Read(body, mayLackId: false, options, identifiers);
                return new CreateIfNotExistsMutation(missingId, missing);
            case "delete":
                return ParseDelete(body.Span);
            case "patch":
                return PatchParser.Parse(body, options, identifiers);
            default:
                throw MutationRejection.Invalid($"Unknown mutation \"{Shorten(name)}\"", name);
        }
    }

    private static DeleteMutation ParseDelete(ReadOnlySpan<byte> body)
    {
        string? id = null;
        var purge = false;
        var members = new MemberReader(body);
        while (members.Read())
        {
            switch (CanonicalString.Decode(members.Key))
            {
                case "id":
                    id = CanonicalString.DecodeValue(members.Value)
                        ?? throw MutationRejection.Invalid("The id of a delete must be a string");
                    break;
                case "purge" when members.Value is [(byte)'t', ..] or [(byte)'f', ..]:
                    purge = members.Value[0] == 't';
                    break;
                case "purge":
                    throw MutationRejection.Invalid("The purge of a delete must be true or false");
                case "query" or "params":
                    throw MutationRejection.Invalid("Deleting by query is not supported yet; name the document by id");
                case var key:
                    throw MutationRejection.Invalid($"Unknown key \"{Shorten(key)}\" in delete", key);
            }
        }

        return new DeleteMutation(ReadId(id), purge);
    }

    internal static DocumentId ReadId(string? text) => DocumentId.TryParse(text, out var id, out var reason)
        ? id
        : throw MutationRejection.Invalid(Shorten(reason, 300), text);

    internal static string Shorten(string text, int length = 100) => text.Length > length ? text[..length] : text;

    private static MutationException Whole(string description) =>
        new([(0, new MutationError(MutationErrorType.Validation, description))]);
}
