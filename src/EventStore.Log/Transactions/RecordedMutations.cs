using System.Buffers;
using System.Text;
using System.Text.Json;
using EventStore.Log.Documents;
using EventStore.Log.Mutations;

namespace EventStore.Log.Transactions;

/// <summary>
/// The recorded mutations of a transaction in their three forms, each a canonical JSON array.
/// <list type="bullet">
/// <item><b>full</b>: as the transactions endpoint shows them; what <c>mutations_digest</c> covers.</item>
/// <item><b>compact</b>: as the log stores them. A whole-document mutation whose document is what the transaction left
/// behind is stored as <c>{"createOrReplace":"id","kept":["_createdAt"]}</c>: the effect determines the document
/// already, and <c>kept</c> names the timestamps that were submitted rather than set by the log. A submitted document
/// is always an object, so the string cannot be mistaken for one.</item>
/// <item><b>identifiers</b>: without content (wire contract, section 7.1, <c>excludeContent</c>).</item>
/// </list>
/// </summary>
public static class RecordedMutations
{
    private static readonly string[] WholeDocumentKinds = ["create", "createIfNotExists", "createOrReplace"];

    private static ReadOnlySpan<byte> CreatedAt => "_createdAt"u8;

    private static ReadOnlySpan<byte> UpdatedAt => "_updatedAt"u8;

    /// <summary>The full form.</summary>
    public static byte[] Full(IReadOnlyList<Mutation> mutations) =>
        WriteArray(mutations, static (mutation, output) => mutation.WriteTo(output));

    /// <summary>SHA-256 and length of the full form.</summary>
    public static (byte[] Digest, long Bytes) Digest(IReadOnlyList<Mutation> mutations)
    {
        var output = DigestWriter.Begin();
        WriteArray(mutations, output, static (mutation, output) => mutation.WriteTo(output));
        var bytes = output.Length;
        return (output.Finish(), bytes);
    }

    /// <summary>The compact form.</summary>
    /// <param name="mutations">The mutations in order.</param>
    /// <param name="changes">What the transaction made of each document.</param>
    public static byte[] Compact(IReadOnlyList<Mutation> mutations, IReadOnlyList<DocumentChange> changes)
    {
        var after = changes
            .Where(change => change.HasEffect && !change.After.IsEmpty)
            .ToDictionary(change => change.Id, change => change.After);

        return WriteArray(mutations, (mutation, output) =>
        {
            var (kind, document) = mutation switch
            {
                CreateMutation create => ("create", create.Document),
                CreateIfNotExistsMutation create => ("createIfNotExists", create.Document),
                CreateOrReplaceMutation create => ("createOrReplace", create.Document),
                _ => (null, default),
            };

            if (kind is null || !after.TryGetValue(mutation.DocumentId, out var result))
            {
                mutation.WriteTo(output);
                return;
            }

            var keepsCreated = DocumentContent.TryReadValue(document.Span, CreatedAt, out _);
            var keepsUpdated = DocumentContent.TryReadValue(document.Span, UpdatedAt, out _);
            if (!DocumentContent.EqualsWithout(
                result.Span, CreatedAt, !keepsCreated, UpdatedAt, !keepsUpdated, document.Span))
            {
                mutation.WriteTo(output);
                return;
            }

            var kept = (keepsCreated, keepsUpdated) switch
            {
                (false, false) => "",
                (true, false) => ",\"kept\":[\"_createdAt\"]",
                (false, true) => ",\"kept\":[\"_updatedAt\"]",
                _ => ",\"kept\":[\"_createdAt\",\"_updatedAt\"]",
            };
            output.Write(Encoding.UTF8.GetBytes($$"""{"{{kind}}":"{{mutation.DocumentId.Value}}"{{kept}}}"""));
        });
    }

    /// <summary>The documents whose content is needed to expand a compact form.</summary>
    public static IReadOnlyList<DocumentId> DerivedDocuments(ReadOnlyMemory<byte> compact)
    {
        List<DocumentId>? derived = null;
        foreach (var item in Items(compact))
        {
            if (item.DerivedFrom is { } id)
            {
                (derived ??= []).Add(id);
            }
        }

        return derived ?? (IReadOnlyList<DocumentId>)[];
    }

    /// <summary>The documents that the mutations of a compact form are about.</summary>
    public static IEnumerable<DocumentId> Documents(ReadOnlyMemory<byte> compact) =>
        Items(compact).Select(item => item.DocumentId);

    /// <summary>The full form, or part of it, from the compact one.</summary>
    /// <param name="compact">The compact form.</param>
    /// <param name="after">Content of a document after the transaction; asked for derived documents only.</param>
    /// <param name="include">Which documents' mutations to keep; null for all.</param>
    public static ReadOnlyMemory<byte> Expand(
        ReadOnlyMemory<byte> compact,
        Func<DocumentId, ReadOnlyMemory<byte>> after,
        Func<DocumentId, bool>? include = null)
    {
        var items = Items(compact);
        if (include is null && items.TrueForAll(item => item.DerivedFrom is null))
        {
            return compact;
        }

        return WriteArray(items.Where(item => include?.Invoke(item.DocumentId) ?? true).ToList(), (item, output) =>
        {
            if (item.DerivedFrom is not { } id)
            {
                output.Write(item.Json.Span);
                return;
            }

            output.Write(Encoding.UTF8.GetBytes($$"""{"{{item.Kind}}":"""));
            output.Write(Rebuild(after(id), item.KeepsCreated, item.KeepsUpdated).Span);
            output.Write("}"u8);
        });
    }

    /// <summary>The identifiers form, from the compact one.</summary>
    /// <param name="compact">The compact form.</param>
    /// <param name="include">Which documents' mutations to keep; null for all.</param>
    public static ReadOnlyMemory<byte> Identifiers(
        ReadOnlyMemory<byte> compact, Func<DocumentId, bool>? include = null) =>
        WriteArray(
            Items(compact).Where(item => include?.Invoke(item.DocumentId) ?? true).ToList(),
            static (item, output) =>
            {
                using var writer = new Utf8JsonWriter(output);
                writer.WriteStartObject();
                writer.WriteStartObject(item.Kind);
                writer.WriteString(WholeDocumentKinds.Contains(item.Kind) ? "_id" : "id", item.DocumentId.Value);
                if (item.IfRevisionId is not null)
                {
                    writer.WriteString("ifRevisionID", item.IfRevisionId);
                }

                if (item.Purge is { } purge)
                {
                    writer.WriteBoolean("purge", purge);
                }

                writer.WriteEndObject();
                writer.WriteEndObject();
            });

    private static ReadOnlyMemory<byte> Rebuild(ReadOnlyMemory<byte> after, bool keepsCreated, bool keepsUpdated)
    {
        var document = keepsCreated ? after : DocumentContent.RemoveMember(after, CreatedAt);
        return keepsUpdated ? document : DocumentContent.RemoveMember(document, UpdatedAt);
    }

    private static byte[] WriteArray<T>(IReadOnlyList<T> items, Action<T, IBufferWriter<byte>> writeItem)
    {
        var output = new ArrayBufferWriter<byte>();
        WriteArray(items, output, writeItem);
        return output.WrittenSpan.ToArray();
    }

    private static void WriteArray<T>(
        IReadOnlyList<T> items, IBufferWriter<byte> output, Action<T, IBufferWriter<byte>> writeItem)
    {
        output.Write("["u8);
        for (var index = 0; index < items.Count; index++)
        {
            if (index > 0)
            {
                output.Write(","u8);
            }

            writeItem(items[index], output);
        }

        output.Write("]"u8);
    }

    private static List<RecordedMutation> Items(ReadOnlyMemory<byte> compact)
    {
        var items = new List<RecordedMutation>();
        var reader = new Utf8JsonReader(compact.Span, new JsonReaderOptions { MaxDepth = int.MaxValue });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            var start = (int)reader.TokenStartIndex;
            var item = RecordedMutation.Read(ref reader);
            items.Add(item with { Json = compact[start..(int)reader.BytesConsumed] });
        }

        return items;
    }

    /// <summary>One item of a compact form.</summary>
    private readonly record struct RecordedMutation
    {
        public required string Kind { get; init; }

        public required DocumentId DocumentId { get; init; }

        public DocumentId? DerivedFrom { get; init; }

        public bool KeepsCreated { get; init; }

        public bool KeepsUpdated { get; init; }

        public string? IfRevisionId { get; init; }

        public bool? Purge { get; init; }

        public ReadOnlyMemory<byte> Json { get; init; }

        public static RecordedMutation Read(ref Utf8JsonReader reader)
        {
            reader.Read();
            var kind = reader.GetString()!;
            reader.Read();
            var derived = reader.TokenType == JsonTokenType.String;
            var item = derived
                ? new RecordedMutation { Kind = kind, DocumentId = DocumentId.Parse(reader.GetString()!) }
                : ReadIdentifiers(ref reader, kind);

            bool created = false, updated = false;
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                created |= reader.TokenType == JsonTokenType.String && reader.ValueTextEquals(CreatedAt);
                updated |= reader.TokenType == JsonTokenType.String && reader.ValueTextEquals(UpdatedAt);
            }

            return item with
            {
                DerivedFrom = derived ? item.DocumentId : null,
                KeepsCreated = created,
                KeepsUpdated = updated,
            };
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
}
