namespace EventStore.Mendoza;

/// <summary>A patch that cannot be decoded, or does not fit the document it is applied to.</summary>
public sealed class MendozaException(MendozaError error) : Exception(error.Message)
{
    /// <summary>What failed, and at which operation.</summary>
    public MendozaError Error { get; } = error;
}
