using System.Text.Json;
using System.Text.Json.Serialization;

namespace EventStore.Server.Tests.Workloads;

/// <summary>What a workload's dataset must be after one of its transactions, computed without any of our code.</summary>
internal sealed record Checkpoint(
    [property: JsonPropertyName("transaction")] int Transaction,
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("timestamp")] string Timestamp,
    [property: JsonPropertyName("documents")] int Documents,
    [property: JsonPropertyName("sha256_canonical")] string Sha256)
{
    public static IReadOnlyList<Checkpoint> Read(string workload)
    {
        using var reader = new StreamReader(EventStore.Testing.Workloads.Open($"{workload}.checkpoints.ndjson"));
        var checkpoints = new List<Checkpoint>();
        while (reader.ReadLine() is { } line)
        {
            checkpoints.Add(JsonSerializer.Deserialize<Checkpoint>(line)!);
        }

        return checkpoints;
    }
}
