namespace EventStore.Benchmarks.Append;

/// <summary>One way to make something durable, under one number of callers, and what it gave in each round.</summary>
/// <param name="Name">What the line of the table says.</param>
/// <param name="Callers">How many ask at the same time, each waiting for its answer before it asks again.</param>
/// <param name="Request">One request of a caller; it returns when the result is durable.</param>
internal sealed record LoadCase(string Name, int Callers, Func<int, Task> Request)
{
    public List<LoadRound> Rounds { get; } = [];
}
