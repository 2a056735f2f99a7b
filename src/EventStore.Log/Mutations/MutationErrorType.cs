namespace EventStore.Log.Mutations;

/// <summary>Why a mutation failed; <see cref="MutationErrorTypes.WireName"/> gives the name that clients see.</summary>
public enum MutationErrorType
{
    /// <summary>Malformed input or a result that may not be stored; status 400.</summary>
    Validation,

    /// <summary>A create of an id that exists; status 409.</summary>
    DocumentAlreadyExists,

    /// <summary>A patch whose ifRevisionID is not the document's revision; status 409.</summary>
    DocumentRevisionIdDoesNotMatch,

    /// <summary>A transaction id that was used before; status 409.</summary>
    TransactionAlreadyExists,

    /// <summary>A patch of a document that does not exist; status 404.</summary>
    DocumentNotFound,

    /// <summary>A delete of a document that others refer to strongly; status 409.</summary>
    DocumentHasExistingReferences,

    /// <summary>A strong reference to a document that does not exist; status 409.</summary>
    DocumentReferenceDoesNotExist,

    /// <summary>The caller lacks a grant; status 403.</summary>
    InsufficientPermissions,
}
