using EventStore.Mendoza.Json;

namespace EventStore.Mendoza.Ropes;

/// <summary>
/// One value of a rope. It is either a range of a text (raw), looked into as far as somebody asked, or built: a list of
/// entries. What a node stands for never changes, so any number of containers may share it.
/// </summary>
/// <remarks>
/// Offsets name their text by their sign: from 0 on in the document that the rope starts from, below 0 in the patches
/// (see <see cref="RopeText"/>).
/// </remarks>
internal struct RopeNode
{
    public JsonKind Kind;

    public bool IsBuilt;

    /// <summary>Raw: whether all children, or the escapes of a string, are known.</summary>
    public bool IsComplete;

    /// <summary>Raw: offset of the first byte. Built: position of the first entry.</summary>
    public int Start;

    /// <summary>
    /// Raw: offset behind the last byte; equal to <see cref="Start"/> while nobody knows. Built: position behind the
    /// last entry.
    /// </summary>
    public int End;

    /// <summary>Built: bytes of its text. Raw string that is complete: bytes of its UTF-8 form.</summary>
    public int Length;

    /// <summary>Raw: the first of its slots.</summary>
    public int Slots;

    /// <summary>Built: position of the entry looked for last, near which the next one mostly is.</summary>
    public int LastEntry
    {
        readonly get => Slots;
        set => Slots = value;
    }

    /// <summary>Raw: how many children, or escapes, are known.</summary>
    public int Known;

    /// <summary>Raw: how many slots it has.</summary>
    public int Capacity;
}
