using EventStore.Server.Query;
using EventStore.Server.Wire;

namespace EventStore.Server.Tests.Query;

/// <summary>The bound on queries that run and wait together.</summary>
public sealed class QueryThreadsTests
{
    [Fact]
    public async Task Who_finds_too_many_waiting_is_told_to_come_again()
    {
        using var threads = new QueryThreads();
        using var gate = new ManualResetEventSlim();
        using var busy = new CountdownEvent(ServerLimits.QueryThreads);
        int Hold()
        {
            busy.Signal();
            gate.Wait();
            return 1;
        }

        var running = Enumerable.Range(0, ServerLimits.QueryThreads).Select(_ => threads.RunAsync(Hold, default)).ToList();
        busy.Wait();
        using var leaving = new CancellationTokenSource();
        var waiting = Enumerable.Range(0, ServerLimits.QueriesWaiting - 1).Select(_ => threads.RunAsync(() => 2, default)).ToList();
        var abandoned = threads.RunAsync(() => 3, leaving.Token);
        var refused = await Should.ThrowAsync<DescribedException>(() => threads.RunAsync(() => 4, default));
        refused.StatusCode.ShouldBe(429);
        refused.Type.ShouldBe("tooManyQueriesError");
        refused.RetryAfter.ShouldBe(ServerLimits.RetryAfter);

        // Who leaves makes room for another.
        await leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => abandoned);
        waiting.Add(threads.RunAsync(() => 2, default));
        gate.Set();
        (await Task.WhenAll(running)).ShouldAllBe(result => result == 1);
        (await Task.WhenAll(waiting)).ShouldAllBe(result => result == 2);
    }
}
