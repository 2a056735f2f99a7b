using EventStore.Log.Documents;

namespace EventStore.Server.Documents;

/// <summary>A document that was asked for and is not in the answer.</summary>
/// <param name="Id">The id as asked for.</param>
/// <param name="Reason"><see cref="Missing"/> or <see cref="Forbidden"/>.</param>
internal sealed record OmittedDocument(DocumentId Id, string Reason)
{
    public const string Missing = "existence";
    public const string Forbidden = "permission";
}
