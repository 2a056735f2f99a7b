namespace EventStore.Mendoza.Diffing.Matching;

/// <summary>
/// A stretch of a new string's text, and where the old string has it, if it does. Offsets are in the strings'
/// spellings.
/// </summary>
/// <param name="Start">Where it starts in the new text.</param>
/// <param name="Length">Bytes of its spelling.</param>
/// <param name="From">Where it starts in the old text; -1 when it is sent.</param>
internal readonly record struct TextPart(int Start, int Length, int From)
{
    public bool IsKept => From >= 0;
}
