using System.Buffers;
using EventStore.Log.Documents;

namespace EventStore.Log.Mutations;

/// <summary>Creates a document, or puts it in the place of the one that exists.</summary>
/// <param name="DocumentId">The document's id, which is also in it.</param>
/// <param name="Document">
/// The document as submitted, canonical, with <c>_id</c> and without <c>_rev</c>; it may hold <c>_createdAt</c> and
/// <c>_updatedAt</c>.
/// </param>
public sealed record CreateOrReplaceMutation(DocumentId DocumentId, ReadOnlyMemory<byte> Document)
    : Mutation(DocumentId)
{
    /// <inheritdoc/>
    public override void WriteTo(IBufferWriter<byte> output) =>
        WriteNamed("{\"createOrReplace\":"u8, Document.Span, output);
}
