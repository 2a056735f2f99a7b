using EventStore.Groq.Planning;

namespace EventStore.Groq;

/// <summary>The documents that a query sees. An evaluation uses one dataset from one thread.</summary>
public interface IGroqDataset
{
    /// <summary>
    /// The documents that a <c>*</c> stands for, in the order of their ids: at least those that
    /// <see cref="GroqSource.Constraint"/> holds for, or, where the source has a limit, at least the first of them in
    /// its order.
    /// </summary>
    IEnumerable<GroqDocument> Read(GroqSource source);

    /// <summary>The document with this <c>_id</c>, or null.</summary>
    GroqDocument? Find(string id);

    /// <summary>
    /// Announces ids that are about to be looked up, so that a dataset which fetches documents can fetch them together.
    /// </summary>
    void Prefetch(IReadOnlyCollection<string> ids);
}
