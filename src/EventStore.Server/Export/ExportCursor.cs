using System.Buffers.Text;
using System.Globalization;
using System.Text;
using EventStore.Log.Documents;
using EventStore.Log.Postgres;
using EventStore.Server.Auth.Tokens;
using EventStore.Server.Wire;

namespace EventStore.Server.Export;

/// <summary>
/// Where an export in cursor mode goes on: behind a document, as of the sequence that the first page pinned. So the
/// pages together are one consistent state, whatever is written meanwhile.
/// </summary>
/// <param name="Dataset">Number of the dataset.</param>
/// <param name="Sequence">The pinned sequence.</param>
/// <param name="AfterId">The last document that was looked at.</param>
internal sealed record ExportCursor(int Dataset, long Sequence, string AfterId)
{
    private const int MaxLength = 1024;
    private const string Present = "1";
    private const string Past = "2";

    /// <summary>
    /// Whether the export is one of the past, which takes the right to see it. An export of the present stays one to
    /// its last page, but only under our signature: else anybody could call any sequence the present.
    /// </summary>
    public bool IsPast { get; init; }

    /// <summary>The state whose differences to the pinned one are exported; null for everything.</summary>
    public long? Since { get; init; }

    /// <summary>The cursor as clients get it.</summary>
    public string Write(TokenPepper pepper)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture, $"{(IsPast ? Past : Present)}/{Dataset}/{Since}/{Sequence}/{AfterId}");
        return Base64Url.EncodeToString(
            Encoding.UTF8.GetBytes($"{text}/{Convert.ToHexStringLower(pepper.Sign(text))}"));
    }

    /// <exception cref="BoomException">400: the text is no cursor of this dataset.</exception>
    public static ExportCursor Parse(string text, Dataset dataset, LogHead head, TokenPepper pepper)
    {
        var bytes = new byte[MaxLength];
        var content = text.Length <= MaxLength && Base64Url.IsValid(text)
            && Base64Url.TryDecodeFromChars(text, bytes, out var length)
                ? Encoding.UTF8.GetString(bytes, 0, length)
                : string.Empty;
        return content.Split('/') is
            [(Present or Past) and var kind, var number, var since, var sequence, var afterId, var signature]
            && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var datasetNumber)
            && datasetNumber == dataset.Number
            && TryParseSequence(sequence, out var pinned)
            && pinned <= head.Sequence
            && (TryParseSequence(since, out var begin) ? begin <= pinned : since.Length == 0)
            && DocumentId.TryParse(afterId, out _, out _)
                ? new(datasetNumber, pinned, afterId)
                {
                    Since = since.Length == 0 ? null : begin,
                    IsPast = kind == Past || !IsSigned(content[..^(signature.Length + 1)], signature, pepper),
                }
                : throw BoomException.BadRequest("\"nextCursor\" is not a cursor of this dataset");
    }

    private static bool TryParseSequence(string text, out long sequence) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out sequence);

    private static bool IsSigned(string text, string signature, TokenPepper pepper)
    {
        try
        {
            return pepper.IsSigned(text, Convert.FromHexString(signature));
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
