using System.Globalization;
using EventStore.Log.Postgres;
using EventStore.Server.Wire;

namespace EventStore.Server.History;

/// <summary>A document at one end of a comparison.</summary>
/// <param name="Sequence">The moment.</param>
/// <param name="Document">The document then; null when it did not exist.</param>
internal sealed record DiffSide(long Sequence, DocumentSnapshot? Document)
{
    private static readonly byte[] Nothing = "null"u8.ToArray();

    /// <summary>Canonical JSON without <c>_rev</c>; <c>null</c> for a document that does not exist.</summary>
    public ReadOnlyMemory<byte> Content => Document?.Content ?? Nothing;

    public void WriteTo(StreamedAnswer answer)
    {
        answer.Write("{\"sequence\":"u8);
        answer.WriteAscii(Sequence.ToString(CultureInfo.InvariantCulture));
        answer.Write(",\"revision\":"u8);
        if (Document is null)
        {
            answer.Write("null,\"exists\":false}"u8);
            return;
        }

        answer.WriteString(Document.Revision);
        answer.Write(",\"exists\":true}"u8);
    }
}
