using EventStore.Log.Documents;
using EventStore.Log.Mutations;
using EventStore.Server.Auth;

namespace EventStore.Server.Mutate;

/// <summary>
/// Errors of a transaction without what the caller may not read. Who may write a document need not be able to read it,
/// nor the documents that refer to it.
/// </summary>
internal static class MutationErrorsForCaller
{
    /// <summary>The same failure, saying no more than the caller may know.</summary>
    public static MutationException Redact(MutationException exception, DocumentAccess access) =>
        new([.. exception.Items.Select(item => (item.Index, Redact(item.Error, access)))]);

    private static MutationError Redact(MutationError error, DocumentAccess access) => error.Type switch
    {
        MutationErrorType.DocumentRevisionIdDoesNotMatch when !CanRead(error.Id, access) => new(
            error.Type, $"Document \"{error.Id}\" has unexpected revision ID")
        {
            Id = error.Id,
            ExpectedRevisionId = error.ExpectedRevisionId,
        },
        MutationErrorType.DocumentHasExistingReferences
            when !error.ReferencingIds!.All(id => CanRead(id, access)) => new(
                error.Type, $"Document \"{error.Id}\" cannot be deleted as others refer to it")
            {
                Id = error.Id,
                ReferencingIds = error.ReferencingIds!.Where(id => CanRead(id, access)).ToList(),
            },
        _ => error,
    };

    private static bool CanRead(string? id, DocumentAccess access) =>
        DocumentId.TryParse(id ?? string.Empty, out var document, out _) && access.CanRead(document);
}
