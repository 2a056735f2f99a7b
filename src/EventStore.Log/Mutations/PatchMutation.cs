using System.Buffers;
using EventStore.Log.Documents;
using EventStore.Log.Mutations.Patches;

namespace EventStore.Log.Mutations;

/// <summary>Edits a document that exists.</summary>
public sealed record PatchMutation : Mutation
{
    internal PatchMutation(
        DocumentId documentId,
        string? ifRevisionId,
        ReadOnlyMemory<byte> recorded,
        IReadOnlyList<PatchOperation> operations)
        : base(documentId) => (IfRevisionId, Recorded, Operations) = (ifRevisionId, recorded, operations);

    /// <summary>The revision that the document must have; null for any.</summary>
    public string? IfRevisionId { get; }

    /// <summary>The patch object as recorded, canonical: what was submitted, with generated keys.</summary>
    public ReadOnlyMemory<byte> Recorded { get; }

    /// <summary>The operations in the order in which they are applied.</summary>
    internal IReadOnlyList<PatchOperation> Operations { get; }

    /// <inheritdoc/>
    public override void WriteTo(IBufferWriter<byte> output) => WriteNamed("{\"patch\":"u8, Recorded.Span, output);
}
