using System.Buffers;
using EventStore.Log.Documents;

namespace EventStore.Log.Mutations;

/// <summary>One mutation as it is recorded in the log.</summary>
/// <param name="DocumentId">The document it is about.</param>
public abstract record Mutation(DocumentId DocumentId)
{
    /// <summary>Writes the recorded form, canonical: an object with the mutation's name as its only key.</summary>
    public abstract void WriteTo(IBufferWriter<byte> output);

    private protected static void WriteNamed(
        ReadOnlySpan<byte> opening, ReadOnlySpan<byte> body, IBufferWriter<byte> output)
    {
        output.Write(opening);
        output.Write(body);
        output.Write("}"u8);
    }
}
