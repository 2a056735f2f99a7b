using System.Buffers.Text;
using System.Globalization;
using System.Text;
using EventStore.Log.Documents;
using EventStore.Log.Postgres;
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

    public override string ToString() => Base64Url.EncodeToString(
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"1/{Dataset}/{Sequence}/{AfterId}")));

    /// <exception cref="BoomException">400: the text is no cursor of this dataset.</exception>
    public static ExportCursor Parse(string text, Dataset dataset, LogHead head)
    {
        var bytes = new byte[MaxLength];
        var parts = text.Length <= MaxLength && Base64Url.IsValid(text)
            && Base64Url.TryDecodeFromChars(text, bytes, out var length)
                ? Encoding.UTF8.GetString(bytes, 0, length).Split('/')
                : [];
        return parts is ["1", var number, var sequence, var afterId]
            && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var datasetNumber)
            && datasetNumber == dataset.Number
            && long.TryParse(sequence, NumberStyles.None, CultureInfo.InvariantCulture, out var pinned)
            && pinned <= head.Sequence
            && DocumentId.TryParse(afterId, out _, out _)
                ? new(datasetNumber, pinned, afterId)
                : throw BoomException.BadRequest("\"nextCursor\" is not a cursor of this dataset");
    }
}
