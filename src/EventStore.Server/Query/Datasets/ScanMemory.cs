using System.Diagnostics.CodeAnalysis;
using EventStore.Groq;

namespace EventStore.Server.Query.Datasets;

/// <summary>
/// Keeps all documents for the next time, when a query reads the dataset several times and it is not too large: a
/// filter that is asked for each document of another would read the dataset as often.
/// </summary>
/// <param name="isWanted">Whether the query may read the dataset more than once.</param>
internal sealed class ScanMemory(bool isWanted)
{
    /// <summary>What a kept document takes besides its content.</summary>
    private const int EntryBytes = 200;

    private List<GroqDocument>? _documents;
    private bool _isTooLarge;

    /// <summary>All documents, if they are to be kept and fit.</summary>
    /// <param name="scan">Reads them all.</param>
    /// <param name="documents">The documents.</param>
    public bool TryRead(Func<IEnumerable<GroqDocument>> scan, [NotNullWhen(true)] out List<GroqDocument>? documents)
    {
        documents = _documents;
        if (documents is not null || !isWanted || _isTooLarge)
        {
            return documents is not null;
        }

        documents = [];
        var bytes = 0L;
        foreach (var document in scan())
        {
            documents.Add(document);
            bytes += document.Json.Length + EntryBytes;
            if (bytes > ServerLimits.QueryScanBytes)
            {
                _isTooLarge = true;
                documents = null;
                return false;
            }
        }

        _documents = documents;
        return true;
    }
}
