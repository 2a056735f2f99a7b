using EventStore.Log.Documents;
using EventStore.Log.Mutations;
using EventStore.Log.Postgres;
using EventStore.Log.Transactions;
using EventStore.Server.Activity;
using EventStore.Server.Jobs;
using EventStore.Server.Mutate;
using EventStore.Testing;
using Npgsql;

namespace EventStore.Server.Tests.Copies;

/// <summary>What a server may still write of a job that it does not hold any more: nothing.</summary>
public sealed class JobFenceTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string ProjectId = "fenced";

    private JobStore Store => new(DataSource);

    private NpgsqlDataSource DataSource => database.DataSource;

    [Fact]
    public async Task A_step_is_committed_by_the_last_taker_alone()
    {
        var first = await TakeNewAsync();
        (await Store.TakeAsync(first.Id, "other", default)).ShouldBeNull("it is held");
        await StepAsync(first, "one");
        await FallSilentAsync(first.Id);
        var second = (await Store.TakeAsync(first.Id, "other", default)).ShouldNotBeNull();
        second.Fence.ShouldBe(first.Fence + 1);
        ((string)second.Step!["mark"]!).ShouldBe("one");

        await Should.ThrowAsync<FenceLostException>(StepAsync(first, "two"));
        await Should.ThrowAsync<FenceLostException>(
            Store.CommitEndAsync(Held(first), JobStates.Completed, null, connection => MarkAsync(connection, "two"), default));
        await Store.ReleaseAsync(Held(first), default);
        (await Store.BeatAsync(Held(first), default)).ShouldBeNull();
        (await MarksAsync()).ShouldBe(["one"]);

        await StepAsync(second, "three");
        await Store.CommitEndAsync(Held(second), JobStates.Completed, "done", null, default);
        (await MarksAsync()).ShouldBe(["one", "three"]);
        (await Store.TakeAsync(first.Id, "third", default)).ShouldBeNull("it has ended");
        await Should.ThrowAsync<FenceLostException>(StepAsync(second, "four"));
    }

    [Fact]
    public async Task A_canceled_job_commits_nothing_but_its_end()
    {
        var job = await TakeNewAsync();
        (await Store.RequestCancelAsync(job.Id, default)).ShouldBeTrue();
        (await Store.BeatAsync(Held(job), default)).ShouldBe(true);
        await Should.ThrowAsync<FenceLostException>(StepAsync(job, "one"));
        await Should.ThrowAsync<FenceLostException>(Store.CommitEndAsync(Held(job), JobStates.Completed, null, null, default));
        await Store.CommitEndAsync(Held(job), JobStates.Canceled, null, null, default);
        (await Store.RequestCancelAsync(job.Id, default)).ShouldBeFalse();
        (await MarksAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_append_for_a_job_fails_alone_when_the_job_is_lost()
    {
        var job = await TakeNewAsync();
        var catalog = new DatasetCatalog(DataSource, TimeProvider.System);
        var dataset = (await catalog.CreateAsync(ProjectId, DatasetName.Parse("d"), "private", "somebody", default)).ShouldNotBeNull();
        await using var appender = new TransactionAppender(DataSource, TimeProvider.System, new RandomIdentifiers());
        (await appender.AppendGroupAsync(dataset, [Create("held")], Held(job), default)).Failure.ShouldBeNull();
        await FallSilentAsync(job.Id);
        var second = (await Store.TakeAsync(job.Id, "other", default)).ShouldNotBeNull();

        // In the same moment as others, whose transactions must not fail with it.
        var others = Enumerable.Range(0, 20).Select(number => appender.AppendGroupAsync(dataset, [Create($"o{number}")], default));
        var lost = Enumerable.Range(0, 5).Select(number => Should.ThrowAsync<FenceLostException>(
            appender.AppendGroupAsync(dataset, [Create($"lost{number}")], Held(job), default)));
        var (appended, refused) = (others.ToList(), lost.ToList());
        await Task.WhenAll(refused);
        (await Task.WhenAll(appended)).ShouldAllBe(result => result.Failure == null);
        (await appender.AppendGroupAsync(dataset, [Create("second")], Held(second), default)).Failure.ShouldBeNull();

        var ids = new List<string>();
        await foreach (var batch in new DatasetReader(DataSource).ReadAsync(dataset, long.MaxValue, null, default))
        {
            ids.AddRange(Enumerable.Range(0, batch.Count).Select(index => batch[index].Id.Value));
        }

        ids.ShouldBe(Enumerable.Range(0, 20).Select(number => $"o{number}").Append("held").Append("second"), ignoreOrder: true);
    }

    private static PreparedRequest Create(string id) => new(new AppendRequest
    {
        Author = "somebody",
        Mutations =
        [
            new CreateMutation(DocumentId.Parse(id), System.Text.Encoding.UTF8.GetBytes($$"""{"_id":"{{id}}","_type":"t"}""")),
        ],
    });

    private static Fence Held(Job job) => new(job.Id, job.Fence);

    private Task StepAsync(Job job, string mark) => Store.CommitStepAsync(
        Held(job),
        "a step",
        async connection =>
        {
            await MarkAsync(connection, mark);
            return (new() { ["mark"] = mark }, 10);
        },
        default);

    private static async Task MarkAsync(NpgsqlConnection connection, string mark)
    {
        await using var command = new NpgsqlCommand(
            $"create table if not exists mark (text text); insert into mark values ('{mark}')", connection);
        await command.ExecuteNonQueryAsync();
    }

    private async Task<List<string>> MarksAsync()
    {
        await ExecuteAsync("create table if not exists mark (text text)");
        await using var command = DataSource.CreateCommand("select text from mark order by text");
        await using var reader = await command.ExecuteReaderAsync();
        var marks = new List<string>();
        while (await reader.ReadAsync())
        {
            marks.Add(reader.GetString(0));
        }

        return marks.Order().ToList();
    }

    private async Task<Job> TakeNewAsync()
    {
        await new DatasetCatalog(DataSource, TimeProvider.System).EnsureProjectAsync(ProjectId, "Fenced", default);
        await ExecuteAsync("drop table if exists mark");
        var id = JobQueue.NewId();
        await using var change = await new ActivityLog(DataSource, TimeProvider.System).BeginAsync(default);
        await JobStore.InsertAsync(change, new(id, "kind", ProjectId, "x", "somebody", []), default);
        await change.CommitAsync(default);
        return (await Store.TakeAsync(id, "one", default)).ShouldNotBeNull();
    }

    private Task FallSilentAsync(string id) =>
        ExecuteAsync($"update eventstore.job set alive_at = alive_at - interval '1 hour' where id = '{id}'");

    private async Task ExecuteAsync(string sql)
    {
        await using var command = DataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
