namespace EventStore.Server.Backups.Format;

/// <summary>How a layer says what became of a document.</summary>
internal enum DocumentEntryKind
{
    /// <summary>It does not exist.</summary>
    Deletion,

    /// <summary>By the document itself.</summary>
    Whole,

    /// <summary>By a patch on what the layers below say: a second backup of a large document costs little.</summary>
    Patch,
}
