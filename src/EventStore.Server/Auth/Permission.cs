namespace EventStore.Server.Auth;

/// <summary>What a request wants to do.</summary>
internal enum Permission
{
    /// <summary>Read documents as they are now.</summary>
    ReadDocuments,

    /// <summary>Read documents as they were, and transactions.</summary>
    ReadHistory,

    /// <summary>Change documents.</summary>
    WriteDocuments,

    /// <summary>Import transactions, verify the log, create and delete datasets, see projects.</summary>
    Administer,
}
