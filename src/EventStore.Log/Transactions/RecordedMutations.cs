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
    internal static ReadOnlySpan<byte> CreatedAt => "_createdAt"u8;

    internal static ReadOnlySpan<byte> UpdatedAt => "_updatedAt"u8;

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

    /// <summary>
    /// The documents that a transaction changed, as far as its compact form tells: one that a mutation is derived from
    /// was changed, any other need not have been.
    /// </summary>
    /// <param name="compact">The compact form.</param>
    /// <param name="known">A document that the transaction is known to have changed.</param>
    /// <returns>By ascending id; null when the form does not tell.</returns>
    public static IReadOnlyList<DocumentId>? Touched(ReadOnlyMemory<byte> compact, DocumentId known)
    {
        List<DocumentId>? touched = null;
        foreach (var item in Items(compact))
        {
            if (item.DocumentId == known)
            {
                continue;
            }

            if (item.DerivedFrom is null)
            {
                return null;
            }

            (touched ??= [known]).Add(item.DocumentId);
        }

        if (touched is null)
        {
            return [known];
        }

        touched.Sort(static (left, right) => string.CompareOrdinal(left.Value, right.Value));
        return touched.Distinct().ToList();
    }

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
                output.Write("{\""u8);
                WriteAscii(item.Kind, output);
                output.Write(item.IsOfWholeDocument ? "\":{\"_id\":\""u8 : "\":{\"id\":\""u8);
                WriteAscii(item.DocumentId.Value, output);
                output.Write("\""u8);
                if (item.IfRevisionId is not null)
                {
                    output.Write(",\"ifRevisionID\":\""u8);
                    output.Write(JsonEncodedText.Encode(item.IfRevisionId).EncodedUtf8Bytes);
                    output.Write("\""u8);
                }

                if (item.Purge is { } purge)
                {
                    output.Write(purge ? ",\"purge\":true"u8 : ",\"purge\":false"u8);
                }

                output.Write("}}"u8);
            });

    /// <summary>Kinds and ids have no character that JSON escapes.</summary>
    private static void WriteAscii(string text, IBufferWriter<byte> output) =>
        output.Advance(Encoding.ASCII.GetBytes(text, output.GetSpan(text.Length)));

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
}
