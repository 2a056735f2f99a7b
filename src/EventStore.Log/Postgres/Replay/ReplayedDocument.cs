namespace EventStore.Log.Postgres.Replay;

/// <summary>A document that a replay carries along, and its effects in the portion at hand.</summary>
internal sealed class ReplayedDocument(int number)
{
    public const int None = -1;

    public int Number => number;

    /// <summary>Empty when it does not exist.</summary>
    public ReadOnlyMemory<byte> Content { get; set; }

    /// <summary>The last effect.</summary>
    public long Sequence { get; set; }

    /// <summary>Known where the replay started from the document.</summary>
    public string? Revision { get; set; }

    /// <summary>Its first effect in the portion.</summary>
    public int First { get; set; } = None;

    /// <summary>Its last one.</summary>
    public int Last { get; set; } = None;
}
