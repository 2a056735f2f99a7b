namespace EventStore.Mendoza.Patching;

internal enum OutputState : byte
{
    /// <summary>Stands for a value of the left document or of the patch; nothing written yet.</summary>
    Source,

    /// <summary>Becomes whatever is first written to it.</summary>
    Blank,
    Object,
    Array,
    String,
}

/// <summary>An entry of the output stack.</summary>
internal struct Output
{
    public OutputState State;

    /// <summary>Whether a source value of the same type lies below what was written.</summary>
    public bool HasSource;

    /// <summary>The source value.</summary>
    public Piece Source;

    /// <summary>The source value's node in the left document; -1 when it comes from the patch.</summary>
    public int Node;

    /// <summary>Where this entry's own writes start: edits for an object, parts for an array or a string.</summary>
    public int First;

    /// <summary>An upper bound of the nesting within.</summary>
    public int Height;
}

/// <summary>One write to an object under construction: sets or deletes a key.</summary>
internal readonly record struct FieldEdit(Piece Key, Piece Value, bool Deletes);

/// <summary>A finished value: consecutive pieces, and how many bytes they make.</summary>
internal readonly record struct BuiltValue(int FirstPiece, int PieceCount, int Length);
