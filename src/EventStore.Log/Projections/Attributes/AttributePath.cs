namespace EventStore.Log.Projections.Attributes;

/// <summary>Attribute names from a document downwards, through objects only.</summary>
public sealed record AttributePath(IReadOnlyList<string> Names)
{
    /// <summary>When the document was created.</summary>
    public static AttributePath CreatedAt { get; } = new(["_createdAt"]);

    /// <summary>When the document was last changed.</summary>
    public static AttributePath UpdatedAt { get; } = new(["_updatedAt"]);

    /// <inheritdoc/>
    public bool Equals(AttributePath? other) => other is not null && Names.SequenceEqual(other.Names);

    /// <inheritdoc/>
    public override int GetHashCode() => Names.Aggregate(0, HashCode.Combine);

    /// <inheritdoc/>
    public override string ToString() => string.Join('.', Names);
}
