namespace EventStore.Log.Transactions;

/// <summary>How much of a transaction's mutations a reader wants.</summary>
public enum MutationDetail
{
    /// <summary>Nothing (<c>excludeMutations</c>).</summary>
    None,

    /// <summary>Only which documents, without content (<c>excludeContent</c>).</summary>
    Identifiers,

    /// <summary>As recorded.</summary>
    Full,
}
