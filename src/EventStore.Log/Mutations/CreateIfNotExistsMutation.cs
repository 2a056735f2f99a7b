using System.Buffers;
using EventStore.Log.Documents;

namespace EventStore.Log.Mutations;

/// <summary>Creates a document unless its id exists.</summary>
/// <param name="DocumentId">The document's id, which is also in it.</param>
/// <param name="Document">
/// The document as submitted, canonical, with <c>_id</c> and without <c>_rev</c>; it may hold <c>_createdAt</c> and
/// <c>_updatedAt</c>.
/// </param>
public sealed record CreateIfNotExistsMutation(DocumentId DocumentId, ReadOnlyMemory<byte> Document)
    : Mutation(DocumentId)
{
    /// <inheritdoc/>
    public override void WriteTo(IBufferWriter<byte> output) =>
        WriteNamed("{\"createIfNotExists\":"u8, Document.Span, output);
}
