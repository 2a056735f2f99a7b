namespace EventStore.Mendoza.Patching;

/// <summary>An entry of the input stack: a value of the left document.</summary>
internal struct Input
{
    public int Node;

    /// <summary>The range of the key it was reached by, with the quotes; empty for none.</summary>
    public int KeyStart;

    /// <inheritdoc cref="KeyStart"/>
    public int KeyEnd;

    /// <summary>The container it was reached through; -1 for the root.</summary>
    public int Container;

    /// <summary>The position it has there; -1 for the root.</summary>
    public int Position;

    /// <summary>How many containers it lies in.</summary>
    public int Depth;

    public readonly bool HasKey => KeyEnd != KeyStart;
}
