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

    /// <summary>The node it stands for, or that lies below what was written to it; -1 for none.</summary>
    public int Source;

    /// <summary>How many containers the source lies in in the left document; -1 for one from the patch.</summary>
    public int Depth;

    /// <summary>Where this entry's own writes start: edits for an object, parts for an array or a string.</summary>
    public int First;
}
