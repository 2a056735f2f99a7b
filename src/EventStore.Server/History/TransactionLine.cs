using System.Globalization;
using EventStore.Log.Transactions;
using EventStore.Server.Wire;

namespace EventStore.Server.History;

/// <summary>One transaction as a line of the transactions stream.</summary>
internal static class TransactionLine
{
    public static void Write(StreamedAnswer line, TransactionRecord transaction, TransactionParameters parameters)
    {
        // Ids have no character that JSON escapes.
        line.Write("{\"id\":\""u8);
        line.WriteAscii(transaction.Id.Value);
        line.Write("\",\"timestamp\":\""u8);
        line.WriteAscii(WireTime.Format(transaction.Timestamp));
        line.Write("\",\"author\":"u8);
        line.WriteString(transaction.Author);
        if (!parameters.ExcludeMutations)
        {
            line.Write(",\"mutations\":"u8);
            line.Write(transaction.Mutations.Span);
        }

        WriteDocumentIds(line, transaction.Effects);
        if (parameters.IncludeEffects)
        {
            WriteEffects(line, transaction.Effects);
        }

        line.Write(",\"sequenceNumber\":\""u8);
        line.WriteAscii(transaction.Sequence.ToString(CultureInfo.InvariantCulture));
        line.Write("\"}\n"u8);
    }

    private static void WriteDocumentIds(StreamedAnswer line, IReadOnlyList<Effect> effects)
    {
        line.Write(",\"documentIDs\":["u8);
        for (var index = 0; index < effects.Count; index++)
        {
            line.Write(index > 0 ? ",\""u8 : "\""u8);
            line.WriteAscii(effects[index].DocumentId.Value);
            line.Write("\""u8);
        }

        line.Write("]"u8);
    }

    private static void WriteEffects(StreamedAnswer line, IReadOnlyList<Effect> effects)
    {
        line.Write(",\"effects\":{"u8);
        for (var index = 0; index < effects.Count; index++)
        {
            line.Write(index > 0 ? ","u8 : ""u8);
            line.WriteString(effects[index].DocumentId.Value);
            line.Write(":{\"apply\":"u8);
            line.Write(effects[index].Apply.Span);
            line.Write(",\"revert\":"u8);
            line.Write(effects[index].Revert.Span);
            line.Write("}"u8);
        }

        line.Write("}"u8);
    }
}
