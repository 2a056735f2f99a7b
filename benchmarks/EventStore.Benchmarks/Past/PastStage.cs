namespace EventStore.Benchmarks.Past;

internal sealed class PastStage : IAsyncDisposable
{
    public static Task<PastStage> CreateAsync(string workload, string folder, BenchmarkOptions options) =>
        Task.FromResult(new PastStage());

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
