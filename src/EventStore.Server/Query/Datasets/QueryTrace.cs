using EventStore.Groq.Planning;

namespace EventStore.Server.Query.Datasets;

/// <summary>What a query asked of its dataset and what that took, for those who ask to have it explained.</summary>
internal sealed class QueryTrace
{
    /// <summary>Most entries that are kept; a query may read its dataset once for each document of another.</summary>
    private const int MostReads = 50;

    private readonly List<Entry> _reads = [];

    /// <summary>What was read, in the order of the first reads.</summary>
    public IReadOnlyList<Entry> Reads => _reads;

    /// <summary>How often something was read from the dataset.</summary>
    public long ReadCount { get; private set; }

    /// <summary>Documents that scans went past.</summary>
    public long DocumentsScanned { get; private set; }

    /// <summary>Their bytes.</summary>
    public long BytesScanned { get; private set; }

    /// <summary>Ids that were looked up.</summary>
    public long IdsLookedUp { get; private set; }

    /// <summary>Documents that were found by id.</summary>
    public long DocumentsFound { get; private set; }

    /// <summary>Statements that looked up ids.</summary>
    public long LookUps { get; private set; }

    /// <summary>Says that the dataset was asked for documents, and which way they are read.</summary>
    /// <param name="source">What was asked for.</param>
    /// <param name="path">The access path, such as "scan".</param>
    /// <param name="candidates">How many documents will be looked at, if that is known.</param>
    public void Read(GroqSource source, string path, long? candidates = null)
    {
        ReadCount++;
        if (_reads.Count < MostReads)
        {
            _reads.Add(new(source, path, candidates));
        }
    }

    public void Scanned(int documents, long bytes)
    {
        DocumentsScanned += documents;
        BytesScanned += bytes;
    }

    public void LookedUp(int ids, int found)
    {
        LookUps++;
        IdsLookedUp += ids;
        DocumentsFound += found;
    }

    /// <summary>One read.</summary>
    internal sealed record Entry(GroqSource Source, string Path, long? Candidates);
}
