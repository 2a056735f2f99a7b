namespace EventStore.Groq.Planning;

/// <summary>Attribute names from a document downwards.</summary>
public sealed record GroqPath(IReadOnlyList<string> Names)
{
    /// <summary>The only name of a path that does not go deeper; null for others.</summary>
    public string? Single => Names.Count == 1 ? Names[0] : null;

    public bool Equals(GroqPath? other) => other is not null && Names.SequenceEqual(other.Names);

    public override int GetHashCode() => Names.Aggregate(0, HashCode.Combine);

    public override string ToString() => string.Join('.', Names);
}
