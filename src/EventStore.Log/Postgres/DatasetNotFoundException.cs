namespace EventStore.Log.Postgres;

/// <summary>The dataset was deleted while it was being used.</summary>
public sealed class DatasetNotFoundException(Dataset dataset)
    : Exception($"Dataset \"{dataset.Name.Value}\" not found");
