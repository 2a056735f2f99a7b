namespace EventStore.Log.Mutations.TextPatches;

/// <summary>What an edit does with its text.</summary>
internal enum TextEditKind
{
    Delete = -1,
    Keep = 0,
    Insert = 1,
}

/// <summary>One step of changing one text into another.</summary>
internal readonly record struct TextEdit(TextEditKind Kind, string Text);
