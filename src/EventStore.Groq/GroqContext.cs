namespace EventStore.Groq;

/// <summary>What an evaluation is given from outside. The library reads no clock and knows no user.</summary>
public sealed record GroqContext
{
    public required IGroqDataset Dataset { get; init; }

    /// <summary>What <c>now()</c> is, all through the evaluation.</summary>
    public DateTimeOffset Now { get; init; }

    /// <summary>What <c>identity()</c> gives.</summary>
    public string Identity { get; init; } = "anonymous";

    /// <summary>What <c>sanity::projectId()</c> gives; null gives null.</summary>
    public string? ProjectId { get; init; }

    /// <summary>What <c>sanity::dataset()</c> gives; null gives null.</summary>
    public string? DatasetName { get; init; }

    /// <summary>The document before the change, in delta mode; null when the change created it.</summary>
    public GroqDocument? Before { get; init; }

    /// <summary>The document after the change, in delta mode; null when the change deleted it.</summary>
    public GroqDocument? After { get; init; }

    public GroqLimits Limits { get; init; } = GroqLimits.Default;

    public CancellationToken CancellationToken { get; init; }
}
