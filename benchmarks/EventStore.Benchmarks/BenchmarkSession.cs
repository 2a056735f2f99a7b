using EventStore.Benchmarks.Past;
using EventStore.Benchmarks.Patches;
using EventStore.Benchmarks.Peers;
using EventStore.Benchmarks.Workload;
using EventStore.Testing;

namespace EventStore.Benchmarks;

/// <summary>
/// What benchmarks of one run share: peers, data and servers that are made at first use and taken away at the end.
/// </summary>
internal sealed class BenchmarkSession(BenchmarkOptions options) : IAsyncDisposable
{
    private const int QuickVectors = 200;

    private readonly Dictionary<string, RevisionStage> _revisions = [];
    private readonly Dictionary<string, PastStage> _past = [];
    private NodePeer? _node;
    private bool _nodeWasTried;
    private OrphanGuard? _guard;
    private string? _folder;

    public BenchmarkOptions Options => options;

    /// <summary>Temporary; other users may pass through it, but not list it.</summary>
    public string Folder
    {
        get
        {
            if (_folder is null)
            {
                _folder = TemporaryFolder.Create(reachableByPostgres: true);
                _guard = options.Keep ? null : new OrphanGuard(_folder);
            }

            return _folder;
        }
    }

    /// <summary>The articles, the vectors, then the edit histories; those that are not at hand are left out.</summary>
    public IEnumerable<RevisionStage> RevisionSets()
    {
        yield return Stage("articles", () => RevisionSet.OfArticles(options.Articles, options.ArticleRevisions));
        if (SharedFiles.Find("mendoza", "vectors.ndjson") is { } vectors)
        {
            var most = options.Quick ? QuickVectors : int.MaxValue;
            yield return Stage("vectors", () => RevisionSet.OfVectors(vectors, most));
        }

        foreach (var workload in AvailableWorkloads())
        {
            yield return Stage(workload, () => RevisionSet.OfWorkload(workload, options.TransactionLimit));
        }
    }

    /// <summary>Of each edit history: a server that has imported it, and the peers that hold the same.</summary>
    public async IAsyncEnumerable<PastStage> PastAsync()
    {
        foreach (var workload in AvailableWorkloads())
        {
            if (!_past.TryGetValue(workload, out var stage))
            {
                Console.WriteLine($"preparing {workload} ...");
                var folder = Path.Combine(Folder, workload);
                var file = await Task.Run(() => WorkloadFile.Create(workload, folder, options.TransactionLimit));
                stage = new(file, folder, options);
                _past.Add(workload, stage);
            }

            yield return stage;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var stage in _past.Values)
        {
            await stage.DisposeAsync();
        }

        _node?.Dispose();
        _guard?.Dispose();
        if (_folder is not null && options.Keep)
        {
            Console.WriteLine($"The temporary data is in {_folder}.");
        }
    }

    public IEnumerable<string> AvailableWorkloads()
    {
        foreach (var workload in options.Workloads)
        {
            if (ZstandardStream.IsAvailable && Workloads.Find(workload + ".ndjson.zst") is not null)
            {
                yield return workload;
            }
            else
            {
                Console.Error.WriteLine($"The workload {workload} is not at hand, or libzstd is missing: left out.");
            }
        }
    }

    private RevisionStage Stage(string name, Func<RevisionSet> make)
    {
        if (!_revisions.TryGetValue(name, out var stage))
        {
            Console.WriteLine($"preparing {name} ...");
            var set = make();
            if (Node() is { } node)
            {
                set.WriteTo(Folder);
                node.Open(Folder, set.Name);
            }

            stage = new(set, new OurPatches(set), Node());
            _revisions.Add(name, stage);
        }

        return stage;
    }

    private NodePeer? Node()
    {
        if (!_nodeWasTried)
        {
            _nodeWasTried = true;
            _node = NodePeer.TryStart(options.Root);
        }

        return _node;
    }
}
