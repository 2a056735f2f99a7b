namespace EventStore.Log.Mutations;

/// <summary>Carries one mutation's error up to where its index is known. Never leaves this folder.</summary>
internal sealed class MutationRejection(MutationError error) : Exception(error.Description)
{
    public MutationError Error { get; } = error;

    /// <summary>Whether to stop at once, because going on would cost what the limit is there to save.</summary>
    public bool IsFinal { get; init; }

    public static MutationRejection Invalid(string description, string? value = null) =>
        new(new MutationError(MutationErrorType.Validation, description) { Value = Shorten(value) });

    // A value is quoted to help the caller find it, not to send megabytes back.
    private static string? Shorten(string? value) => value is { Length: > 200 } ? value[..200] : value;
}
