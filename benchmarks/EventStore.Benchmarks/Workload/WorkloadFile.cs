namespace EventStore.Benchmarks.Workload;

/// <summary>An edit history, or its beginning, as an uncompressed local file, and what is in it.</summary>
internal sealed class WorkloadFile
{
    private readonly List<PastInstant> _transactions = [];
    private readonly List<(string DocumentId, int Transaction)> _versions = [];

    private WorkloadFile(string name, string path, bool isWhole)
    {
        Name = name;
        Path = path;
        IsWhole = isWhole;
    }

    public string Name { get; }

    public string Path { get; }

    /// <summary>Whether it is all of the edit history.</summary>
    public bool IsWhole { get; }

    public long Bytes => new FileInfo(Path).Length;

    public int TransactionCount => _transactions.Count;

    /// <summary>Every version of every document, in order, without deletions.</summary>
    public IReadOnlyList<(string DocumentId, int Transaction)> Versions => _versions;

    /// <summary>Decompresses a workload into a folder.</summary>
    public static WorkloadFile Create(string name, string folder, int? mostTransactions)
    {
        Directory.CreateDirectory(folder);
        var file = new WorkloadFile(name, System.IO.Path.Combine(folder, name + ".ndjson"), mostTransactions is null);
        using (var output = File.Create(file.Path))
        {
            foreach (var line in WorkloadReader.ReadLines(name, mostTransactions))
            {
                output.Write(line.Span);
                output.WriteByte((byte)'\n');
            }
        }

        foreach (var transaction in file.Read())
        {
            file._transactions.Add(new(transaction.Number, transaction.Time, transaction.DistinctTime));
            file._versions.AddRange(transaction.Versions
                .Where(version => version.Content is not null)
                .Select(version => (version.DocumentId, transaction.Number)));
        }

        return file;
    }

    /// <summary>From the beginning, at every call.</summary>
    public IEnumerable<WorkloadTransaction> Read() => WorkloadReader.Parse(WorkloadReader.ReadLinesOf(Path));

    /// <summary>The instant of a transaction, moved to the end of its second.</summary>
    public PastInstant InstantOf(int transaction)
    {
        var index = transaction - 1;
        while (index + 1 < _transactions.Count && _transactions[index + 1].Time == _transactions[index].Time)
        {
            index++;
        }

        return _transactions[index];
    }

    /// <param name="share">Of the log, from 0 to 1.</param>
    public PastInstant InstantAt(double share) =>
        InstantOf(Math.Clamp((int)Math.Round(TransactionCount * share), 1, TransactionCount));
}
