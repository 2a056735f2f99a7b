namespace EventStore.Log.Mutations.TextPatches;

/// <summary>One hunk of a text patch: edits, and where they are expected.</summary>
internal sealed class TextHunk
{
    public List<TextEdit> Edits { get; init; } = [];

    /// <summary>Where the hunk begins in the text before it. UTF-8 bytes as parsed, UTF-16 code units once
    /// located.</summary>
    public int OldStart { get; set; }

    /// <summary>Where the hunk begins in the text after it; counted like <see cref="OldStart"/>.</summary>
    public int NewStart { get; set; }

    /// <summary>UTF-16 code units that the hunk claims to cover before it.</summary>
    public int OldLength { get; set; }

    /// <summary>UTF-16 code units that the hunk claims to cover after it.</summary>
    public int NewLength { get; set; }

    public TextHunk Copy() => new()
    {
        Edits = [.. Edits],
        OldStart = OldStart,
        NewStart = NewStart,
        OldLength = OldLength,
        NewLength = NewLength,
    };
}
