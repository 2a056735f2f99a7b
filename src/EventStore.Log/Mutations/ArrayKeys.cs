using EventStore.Log.Mutations.Values;

namespace EventStore.Log.Mutations;

/// <summary>Gives objects in arrays the <c>_key</c> that they lack.</summary>
internal static class ArrayKeys
{
    private static readonly ReadOnlyMemory<byte> Key = "_key"u8.ToArray();

    /// <summary>A document with keys throughout; the same memory when nothing lacked one.</summary>
    public static ReadOnlyMemory<byte> Generate(ReadOnlyMemory<byte> document, IIdentifierSource identifiers) =>
        document.Span.Contains((byte)'[')
            ? Generate(JsonValue.FromCanonical(document), identifiers).ToCanonical()
            : document;

    /// <summary>A value with keys throughout; the same value when nothing lacked one.</summary>
    public static JsonValue Generate(JsonValue value, IIdentifierSource identifiers)
    {
        switch (value.Kind)
        {
            case JsonKind.Object:
                JsonMember[]? members = null;
                for (var index = 0; index < value.Members.Length; index++)
                {
                    var member = value.Members[index];
                    var child = Generate(member.Value, identifiers);
                    if (!ReferenceEquals(child, member.Value))
                    {
                        members ??= (JsonMember[])value.Members.Clone();
                        members[index] = new JsonMember(member.Key, child);
                    }
                }

                return members is null ? value : JsonValue.FromMembers(members);
            case JsonKind.Array:
                JsonValue[]? items = null;
                for (var index = 0; index < value.Items.Length; index++)
                {
                    var item = value.Items[index];
                    var child = WithKey(Generate(item, identifiers), identifiers);
                    if (!ReferenceEquals(child, item))
                    {
                        items ??= (JsonValue[])value.Items.Clone();
                        items[index] = child;
                    }
                }

                return items is null ? value : JsonValue.FromItems(items);
            default:
                return value;
        }
    }

    private static JsonValue WithKey(JsonValue item, IIdentifierSource identifiers) =>
        item.Kind == JsonKind.Object && item.Find(Key.Span) is null
            ? item.With(Key, JsonValue.FromString(identifiers.NewArrayKey()))
            : item;
}
