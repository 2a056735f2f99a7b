using EventStore.Log.Documents;

namespace EventStore.Log.Mutations;

/// <summary>Computes what a list of mutations does to documents. Pure: states, time and id come in as
/// arguments.</summary>
public static class MutationEvaluator
{
    /// <summary>
    /// Applies the mutations in order. A document is asked for once, at its first mention. <c>_createdAt</c> of a
    /// create is the submitted one or the timestamp; <c>_updatedAt</c> likewise; a patch that changes something sets
    /// <c>_updatedAt</c> to the timestamp, and one that changes nothing leaves the document as it is. Times in
    /// documents are whole seconds.
    /// </summary>
    /// <param name="mutations">What to do.</param>
    /// <param name="read">The state of a document before the transaction; its content is empty when there is
    /// none.</param>
    /// <param name="timestamp">The time of the transaction.</param>
    /// <param name="transactionId">
    /// The revision that a document has for <c>ifRevisionID</c> once the transaction has changed it.
    /// </param>
    /// <returns>One change per document, in the order of first mention, those that did not change included.</returns>
    /// <exception cref="MutationException">Names the mutations that cannot be applied; nothing is to be done
    /// then.</exception>
    public static IReadOnlyList<DocumentChange> Evaluate(
        IReadOnlyList<Mutation> mutations,
        Func<DocumentId, DocumentState> read,
        DateTimeOffset timestamp,
        string transactionId)
    {
        var evaluation = new Evaluation(read, timestamp, transactionId);
        for (var index = 0; index < mutations.Count && !evaluation.IsOver; index++)
        {
            evaluation.Apply(mutations[index], index);
        }

        return evaluation.Finish();
    }
}
