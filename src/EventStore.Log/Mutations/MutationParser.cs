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
        ReadOnlyMemory<byte> mutations, MutationParseOptions options, IIdentifierSource identifiers) =>
        ReadItems(mutations, item => ParseItem(item, options, identifiers).Mutation ?? throw MutationRejection.Invalid(
            "What is recorded names its document: it cannot have a query"));

    /// <summary>Reads mutations like <see cref="Parse"/>, of which some may name their documents by a query.</summary>
    /// <exception cref="MutationException">Names every malformed item.</exception>
    public static IReadOnlyList<SubmittedMutation> ParseSubmitted(
        ReadOnlyMemory<byte> mutations, MutationParseOptions options, IIdentifierSource identifiers) =>
        ReadItems(mutations, item => ParseItem(item, options, identifiers));

    private static List<T> ReadItems<T>(ReadOnlyMemory<byte> mutations, Func<ReadOnlyMemory<byte>, T> parse)
    {
        if (mutations.IsEmpty || mutations.Span[0] != '[')
        {
            throw Whole("The mutations must be an array");
        }

        var result = new List<T>();
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
                result.Add(parse(mutations[items.Start..items.End]));
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

    private static SubmittedMutation ParseItem(
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
                return new(new CreateMutation(createId, created));
            case "createOrReplace":
                var (replaceId, replacing) = SubmittedDocument.Read(body, mayLackId: false, options, identifiers);
                return new(new CreateOrReplaceMutation(replaceId, replacing));
            case "createIfNotExists":
                var (missingId, missing) = SubmittedDocument.Read(body, mayLackId: false, options, identifiers);
                return new(new CreateIfNotExistsMutation(missingId, missing));
            case "delete":
                return ParseDelete(body);
            case "patch":
                return PatchParser.Parse(body, options, identifiers);
            default:
                throw MutationRejection.Invalid($"Unknown mutation \"{Shorten(name)}\"", name);
        }
    }

    private static SubmittedMutation ParseDelete(ReadOnlyMemory<byte> body)
    {
        string? id = null;
        string? query = null;
        ReadOnlyMemory<byte> parameters = default;
        var purge = false;
        var members = new MemberReader(body.Span);
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
                case "query":
                    query = CanonicalString.DecodeValue(members.Value)
                        ?? throw MutationRejection.Invalid("The query of a delete must be a string");
                    break;
                case "params":
                    parameters = body[members.ValueStart..members.ValueEnd];
                    break;
                case var key:
                    throw MutationRejection.Invalid($"Unknown key \"{Shorten(key)}\" in delete", key);
            }
        }

        if (MutationTemplate.Create(id, query, parameters, body.Length, one => new DeleteMutation(one, purge))
            is { } template)
        {
            return new(template);
        }

        return new(new DeleteMutation(ReadId(id), purge));
    }

    internal static DocumentId ReadId(string? text) => DocumentId.TryParse(text, out var id, out var reason)
        ? id
        : throw MutationRejection.Invalid(Shorten(reason, 300), text);

    internal static string Shorten(string text, int length = 100) => text.Length > length ? text[..length] : text;

    private static MutationException Whole(string description) =>
        new([(0, new MutationError(MutationErrorType.Validation, description))]);
}
