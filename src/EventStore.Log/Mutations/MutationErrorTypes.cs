namespace EventStore.Log.Mutations;

/// <summary>The wire's names for error types.</summary>
public static class MutationErrorTypes
{
    /// <summary>The value of <c>error.type</c> in an answer.</summary>
    public static string WireName(this MutationErrorType type) => type switch
    {
        MutationErrorType.Validation => "validationError",
        MutationErrorType.DocumentAlreadyExists => "documentAlreadyExistsError",
        MutationErrorType.DocumentRevisionIdDoesNotMatch => "documentRevisionIDDoesNotMatchError",
        MutationErrorType.TransactionAlreadyExists => "transactionAlreadyExistsError",
        MutationErrorType.DocumentNotFound => "documentNotFoundError",
        MutationErrorType.DocumentHasExistingReferences => "documentHasExistingReferencesError",
        MutationErrorType.DocumentReferenceDoesNotExist => "documentReferenceDoesNotExistError",
        MutationErrorType.InsufficientPermissions => "insufficientPermissionsError",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };
}
