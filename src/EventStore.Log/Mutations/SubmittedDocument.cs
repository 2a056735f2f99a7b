using EventStore.Log.Documents;

namespace EventStore.Log.Mutations;

/// <summary>Reads the document of a create mutation.</summary>
internal static class SubmittedDocument
{
    /// <summary>The id, made where it is to be made, and the document with it and without <c>_rev</c>.</summary>
    public static (DocumentId Id, ReadOnlyMemory<byte> Document) Read(
        ReadOnlyMemory<byte> body, bool mayLackId, MutationParseOptions options, IIdentifierSource identifiers)
    {
        var document = DocumentContent.RemoveRevision(body);
        RequireType(document.Span);
        RequireTime(document.Span, "_createdAt"u8);
        RequireTime(document.Span, "_updatedAt"u8);

        string? text = null;
        if (DocumentContent.TryReadValue(document.Span, "_id"u8, out var value))
        {
            text = CanonicalString.DecodeValue(value)
                ?? throw MutationRejection.Invalid("The _id of a document must be a string");
        }
        else if (!mayLackId)
        {
            throw MutationRejection.Invalid("The document must have an _id");
        }

        if (text is null || text.EndsWith('.'))
        {
            text += identifiers.NewDocumentId();
            document = DocumentContent.WithMember(document, "_id"u8, CanonicalString.Quote(text));
        }

        var id = MutationParser.ReadId(text);
        return (id, options.AutoGenerateArrayKeys ? ArrayKeys.Generate(document, identifiers) : document);
    }

    /// <summary>Every document has a type; nothing can be found by an empty one.</summary>
    public static void RequireType(ReadOnlySpan<byte> document)
    {
        if (string.IsNullOrEmpty(DocumentContent.Type(document)))
        {
            throw MutationRejection.Invalid("The document must have a _type that is a string and not empty");
        }
    }

    private static void RequireTime(ReadOnlySpan<byte> document, ReadOnlySpan<byte> key)
    {
        if (DocumentContent.TryReadValue(document, key, out var value) && value[0] != '"')
        {
            throw MutationRejection.Invalid($"The {CanonicalString.Decode(key)} of a document must be a string");
        }
    }
}
