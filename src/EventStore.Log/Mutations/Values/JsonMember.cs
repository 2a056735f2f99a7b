namespace EventStore.Log.Mutations.Values;

/// <summary>One member of an object; the key as canonical JSON spells it between its quotes.</summary>
internal readonly record struct JsonMember(ReadOnlyMemory<byte> Key, JsonValue Value);
