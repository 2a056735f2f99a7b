using System.Globalization;
using EventStore.Log.Documents;
using EventStore.Log.Postgres;
using EventStore.Server.Wire;

namespace EventStore.Server.History;

/// <summary>
/// One end of a comparison: <c>revision:…</c>, <c>sequence:…</c> or <c>time:…</c>. Without the word, digits are a
/// sequence, what reads like a time is one, and the rest is a revision.
/// </summary>
internal static class DiffPoint
{
    // No sequence is longer; a longer run of digits can only be a transaction id that its author chose.
    private const int MaxSequenceDigits = 18;

    /// <summary>The sequence that a text names.</summary>
    /// <exception cref="BoomException">400: the text is malformed; 404: it names nothing in the log.</exception>
    public static async Task<long> FindSequenceAsync(
        string name, string text, TransactionReader reader, Dataset dataset, CancellationToken cancellationToken)
    {
        var (kind, value) = Split(text);
        switch (kind)
        {
            case "sequence":
                return await SequenceAsync(name, value, reader, dataset, cancellationToken);
            case "time":
                return WireTime.TryParse(value, out var time)
                    ? await reader.FindSequenceAtAsync(dataset, time, cancellationToken)
                    : throw BoomException.BadRequest($"\"{name}\" must be a time like 2025-02-19T12:00:00.123456Z");
            default:
                if (!TransactionId.TryParse(value, out var revision, out var reason))
                {
                    throw BoomException.BadRequest($"\"{name}\": {reason}");
                }

                return await reader.FindSequenceAsync(dataset, revision, cancellationToken)
                    ?? throw BoomException.NotFound($"Revision \"{value}\" not found");
        }
    }

    private static (string Kind, string Value) Split(string text)
    {
        foreach (var kind in (ReadOnlySpan<string>)["revision", "sequence", "time"])
        {
            if (text.StartsWith(kind + ":", StringComparison.Ordinal))
            {
                return (kind, text[(kind.Length + 1)..]);
            }
        }

        if (text.Length <= MaxSequenceDigits && text.All(char.IsAsciiDigit))
        {
            return ("sequence", text);
        }

        return (WireTime.TryParse(text, out _) ? "time" : "revision", text);
    }

    private static async Task<long> SequenceAsync(
        string name, string text, TransactionReader reader, Dataset dataset, CancellationToken cancellationToken)
    {
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence))
        {
            throw BoomException.BadRequest($"\"{name}\" must be a whole number from 0 up");
        }

        var head = await reader.HeadAsync(dataset, cancellationToken);
        return sequence <= head.Sequence
            ? sequence
            : throw BoomException.NotFound($"Sequence {sequence} not found: the last one is {head.Sequence}");
    }
}
