using System.Collections.Concurrent;
using EventStore.Log.Postgres;

namespace EventStore.Server.Datasets;

/// <summary>
/// Remembers datasets by name, for requests whose own statements find out that a dataset is gone. It may be wrong at
/// any time, since another server may have deleted the dataset: whoever takes an answer must be ready for
/// <see cref="DatasetNotFoundException"/>. Numbers are never reused, so a wrong answer never names another dataset.
/// </summary>
internal sealed class DatasetMemory
{
    private readonly ConcurrentDictionary<(string ProjectId, string Name), Dataset> _datasets = new();

    /// <summary>The dataset, as it was when it was last looked up; null when it is not known.</summary>
    public Dataset? Find(string projectId, string name) => _datasets.GetValueOrDefault((projectId, name));

    /// <summary>Remembers what was just looked up.</summary>
    public void Keep(Dataset dataset)
    {
        if (_datasets.Count >= ServerLimits.RememberedDatasets)
        {
            _datasets.Clear();
        }

        _datasets[(dataset.ProjectId, dataset.Name.Value)] = dataset;
    }

    /// <summary>Forgets a dataset that turned out to be gone, unless its name was given to another since.</summary>
    public void Forget(Dataset dataset) =>
        _datasets.TryRemove(new((dataset.ProjectId, dataset.Name.Value), dataset));
}
