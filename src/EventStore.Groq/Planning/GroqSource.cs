namespace EventStore.Groq.Planning;

/// <summary>What one <c>*</c> of a query asks of the dataset.</summary>
public sealed record GroqSource
{
    /// <summary>All documents, whole.</summary>
    public static GroqSource Everything { get; } = new();

    /// <summary>Holds for every document that matters.</summary>
    public GroqConstraint Constraint { get; init; } = GroqConstraint.Anything;

    /// <summary>
    /// Whether all documents for which the constraint holds matter, so that there is nothing else to filter.
    /// </summary>
    public bool IsExact { get; init; }

    /// <summary>
    /// The order that the query brings the documents into; ties stay in the order of ids. It is a hint: the query
    /// orders what it is given.
    /// </summary>
    public IReadOnlyList<GroqOrderKey> Order { get; init; } = [];

    /// <summary>
    /// How many documents are enough, the first in <see cref="Order"/>, or by id if there is none. Only if
    /// <see cref="IsExact"/>; null when all are needed.
    /// </summary>
    public long? Limit { get; init; }

    /// <summary>The attributes that the query looks at, in no order; null when it needs whole documents.</summary>
    public IReadOnlyCollection<string>? Attributes { get; init; }

    /// <summary>
    /// Whether the constraint holds values that are known only while the query runs, and so may differ each time.
    /// </summary>
    public bool IsDynamic { get; init; }

    public override string ToString()
    {
        string text = $"*[{Constraint}]";
        if (Order.Count > 0)
        {
            text += $" | order({string.Join(", ", Order)})";
        }
        if (Limit is { } limit)
        {
            text += $"[0...{limit}]";
        }
        return text;
    }
}
