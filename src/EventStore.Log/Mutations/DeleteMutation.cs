using System.Buffers;
using EventStore.Log.Documents;

namespace EventStore.Log.Mutations;

/// <summary>Deletes a document; nothing happens when it does not exist.</summary>
/// <param name="DocumentId">The document.</param>
/// <param name="Purge">Whether its history is to go too.</param>
public sealed record DeleteMutation(DocumentId DocumentId, bool Purge) : Mutation(DocumentId)
{
    /// <inheritdoc/>
    public override void WriteTo(IBufferWriter<byte> output)
    {
        output.Write("{\"delete\":{\"id\":"u8);
        output.Write(CanonicalString.Quote(DocumentId.Value));
        output.Write(Purge ? ",\"purge\":true}}"u8 : ",\"purge\":false}}"u8);
    }
}
