using System.Text.Json;
using EventStore.Log.Documents;

namespace EventStore.Log.Transactions;

/// <summary>One item of a compact form.</summary>
internal readonly record struct RecordedMutation
{
    private static readonly string[] WholeDocumentKinds = ["createOrReplace", "create", "createIfNotExists"];

    public required string Kind { get; init; }

    public required DocumentId DocumentId { get; init; }

    public DocumentId? DerivedFrom { get; init; }

    public bool KeepsCreated { get; init; }

    public bool KeepsUpdated { get; init; }

    public string? IfRevisionId { get; init; }

    public bool? Purge { get; init; }

    /// <summary>Whether the mutation holds a document; any other names one.</summary>
    public bool IsOfWholeDocument => WholeDocumentKinds.Contains(Kind);

    public ReadOnlyMemory<byte> Json { get; init; }

    public static RecordedMutation Read(ref Utf8JsonReader reader)
    {
        reader.Read();
        var kind = ReadKind(ref reader);
        reader.Read();
        var derived = reader.TokenType == JsonTokenType.String;
        var item = derived
            ? new RecordedMutation { Kind = kind, DocumentId = DocumentId.Parse(reader.GetString()!) }
            : ReadIdentifiers(ref reader, kind);

        bool created = false, updated = false;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            created |= reader.TokenType == JsonTokenType.String && reader.ValueTextEquals(RecordedMutations.CreatedAt);
            updated |= reader.TokenType == JsonTokenType.String && reader.ValueTextEquals(RecordedMutations.UpdatedAt);
        }

        return item with
        {
            DerivedFrom = derived ? item.DocumentId : null,
            KeepsCreated = created,
            KeepsUpdated = updated,
        };
    }

    /// <summary>A list has as many of them as documents, and most are of the same kind.</summary>
    private static string ReadKind(ref Utf8JsonReader reader)
    {
        foreach (var kind in WholeDocumentKinds)
        {
            if (reader.ValueTextEquals(kind))
            {
                return kind;
            }
        }

        return reader.GetString()!;
    }

    private static RecordedMutation ReadIdentifiers(ref Utf8JsonReader reader, string kind)
    {
        string? id = null, ifRevisionId = null;
        bool? purge = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isId = reader.ValueTextEquals(WholeDocumentKinds.Contains(kind) ? "_id"u8 : "id"u8);
            var isRevision = reader.ValueTextEquals("ifRevisionID"u8);
            var isPurge = reader.ValueTextEquals("purge"u8);
            reader.Read();
            id = isId ? reader.GetString() : id;
            ifRevisionId = isRevision ? reader.GetString() : ifRevisionId;
            purge = isPurge ? reader.GetBoolean() : purge;
            reader.Skip();
        }

        return new RecordedMutation
        {
            Kind = kind,
            DocumentId = DocumentId.Parse(id!),
            IfRevisionId = ifRevisionId,
            Purge = kind == "delete" ? purge ?? false : null,
        };
    }
}
