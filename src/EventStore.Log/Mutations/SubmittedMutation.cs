namespace EventStore.Log.Mutations;

/// <summary>
/// A mutation as it is submitted: of one document, or of all those that a query finds, which is not recorded but turned
/// into one mutation for each of them.
/// </summary>
public sealed record SubmittedMutation
{
    internal SubmittedMutation(Mutation mutation) => Mutation = mutation;

    internal SubmittedMutation(MutationTemplate template) => Template = template;

    /// <summary>What is to be done to one document; null when a query says to which.</summary>
    public Mutation? Mutation { get; }

    /// <summary>What is to be done to the documents of a query; null when the document is known.</summary>
    public MutationTemplate? Template { get; }
}
