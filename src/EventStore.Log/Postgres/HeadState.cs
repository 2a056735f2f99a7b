using EventStore.Log.Mutations;

namespace EventStore.Log.Postgres;

/// <summary>A document's head as the writer knows it.</summary>
/// <param name="Number">The document's number in its dataset; 0 when no transaction ever touched it.</param>
/// <param name="Document">Content and revision; content empty when it does not exist.</param>
/// <param name="ChainBytes">Bytes of patches since its last full value.</param>
/// <param name="IsSettled">Whether its content is to be written out with it.</param>
internal sealed record HeadState(int Number, DocumentState Document, int ChainBytes, bool IsSettled = true)
{
    public static HeadState Unknown { get; } = new(0, default, 0);

    /// <summary>Bytes of its content.</summary>
    public int Bytes => Document.Content.Length;
}
