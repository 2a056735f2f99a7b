using System.Text.Json.Nodes;
using EventStore.Log.Postgres;
using EventStore.Server.Activity;
using EventStore.Server.Wire;
using Npgsql;

namespace EventStore.Server.Jobs;

/// <summary>Jobs in the database. Time is the database's: servers need not agree on theirs.</summary>
internal sealed class JobStore(NpgsqlDataSource dataSource)
{
    private const string Columns = """
        id, kind, project_id, subject, author, request::text, step::text, state, progress, message, fence, attempts,
        cancel_requested, created_at, updated_at
        """;

    private const string CountOpen = """
        select count(*) from eventstore.job where project_id = $1 and state in ('pending', 'running')
        """;

    private const string Insert = """
        insert into eventstore.job (id, kind, project_id, subject, author, request, state, progress, fence, attempts,
            cancel_requested, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6::jsonb, 'pending', 0, 0, 0, false, $7, $7)
        """;

    private const string SelectOne = $"""
        select {Columns} from eventstore.job where id = $1 and ($2::text is null or project_id = $2)
        """;

    private const string SelectMany = $"""
        select {Columns} from eventstore.job
        where project_id = $1 and ($2::text is null or kind = $2) and ($3::text is null or subject = $3)
            and ($4::text[] is null or state = any ($4))
        order by created_at desc, id desc offset $5 limit $6
        """;

    /// <summary>Whoever comes second waits for the first and then finds the job taken.</summary>
    private const string Take = $"""
        update eventstore.job
        set state = 'running', fence = fence + 1, attempts = attempts + 1, node = $2, alive_at = clock_timestamp(),
            updated_at = clock_timestamp()
        where id = $1
            and (state = 'pending' or (state = 'running' and alive_at < clock_timestamp() - $3::interval))
        returning {Columns}
        """;

    private const string Beat = """
        update eventstore.job set alive_at = clock_timestamp()
        where id = $1 and fence = $2 and state = 'running' returning cancel_requested
        """;

    private const string CommitStep = """
        update eventstore.job
        set step = $3::jsonb, progress = $4, message = $5::text, attempts = 0, alive_at = clock_timestamp(),
            updated_at = clock_timestamp()
        where id = $1 and fence = $2 and state = 'running' and not cancel_requested
        """;

    private const string Report = """
        update eventstore.job
        set progress = $3, message = $4, alive_at = clock_timestamp(), updated_at = clock_timestamp()
        where id = $1 and fence = $2 and state = 'running' and not cancel_requested
        """;

    /// <summary>A job that is to be canceled can only be canceled, or have failed.</summary>
    private const string CommitEnd = """
        update eventstore.job
        set state = $3, message = $4::text, progress = case when $3 = 'completed' then 100 else progress end,
            updated_at = clock_timestamp(), finished_at = clock_timestamp()
        where id = $1 and fence = $2 and state = 'running' and ($3 <> 'completed' or not cancel_requested)
        """;

    private const string Release = """
        update eventstore.job set state = 'pending', attempts = 0, alive_at = null, updated_at = clock_timestamp()
        where id = $1 and fence = $2 and state = 'running'
        """;

    private const string RequestCancel = """
        update eventstore.job set cancel_requested = true, updated_at = clock_timestamp()
        where id = $1 and state in ('pending', 'running')
        """;

    /// <summary>A job that was just asked for is left to whoever schedules it.</summary>
    private const string SelectLeft = """
        select id, fence from eventstore.job
        where state in ('pending', 'running')
            and coalesce(alive_at, updated_at) < clock_timestamp() - case state when 'pending' then $1 else $2 end
        order by created_at limit 100
        """;

    private const string Forget = """
        delete from eventstore.job where id = any (array(
            select id from eventstore.job where finished_at < clock_timestamp() - $1::interval limit $2))
        """;

    /// <summary>
    /// A server that is stopped in the midst of a step must not keep its locks from whoever takes the job.
    /// </summary>
    private static readonly string BoundIdleness =
        $"set local idle_in_transaction_session_timeout = {(int)ServerLimits.JobLease.TotalMilliseconds}";

    /// <summary>Adds a job to a management change.</summary>
    /// <exception cref="BoomException">400: the project has too many that are not finished.</exception>
    public static async Task InsertAsync(ManagementTransaction change, Job job, CancellationToken cancellationToken)
    {
        await using var count = change.CreateCommand(CountOpen, job.ProjectId);
        if ((long)(await count.ExecuteScalarAsync(cancellationToken))! >= ServerLimits.OpenJobsOfProject)
        {
            throw BoomException.BadRequest(
                $"A project has at most {ServerLimits.OpenJobsOfProject} jobs that are not finished");
        }

        await using var command = change.CreateCommand(
            Insert,
            job.Id,
            job.Kind,
            job.ProjectId,
            job.Subject,
            job.Author,
            job.Request.ToJsonString(),
            change.Now);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>One job, of a project if that is given.</summary>
    public async Task<Job?> FindAsync(string id, string? projectId, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(SelectOne, id, projectId);
        return (await ReadAsync(command, cancellationToken)).SingleOrDefault();
    }

    /// <summary>Jobs of a project, the newest first.</summary>
    public async Task<IReadOnlyList<Job>> ListAsync(
        string projectId, JobQuery query, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            SelectMany,
            projectId,
            query.Kind,
            query.Subject,
            query.States?.ToArray(),
            query.Offset,
            query.Limit);
        return await ReadAsync(command, cancellationToken);
    }

    /// <summary>Takes a job that waits, or whose server was not heard of for too long; null when it is none such.
    /// </summary>
    public async Task<Job?> TakeAsync(string id, string node, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(Take, id, node, ServerLimits.JobLease);
        return (await ReadAsync(command, cancellationToken)).SingleOrDefault();
    }

    /// <summary>Says that the holder is still at it.</summary>
    /// <returns>Whether the job is to be canceled; null when it is not held any more.</returns>
    public async Task<bool?> BeatAsync(Fence fence, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(Beat, fence.Job, fence.Token);
        return (bool?)await command.ExecuteScalarAsync(cancellationToken);
    }

    /// <summary>Commits a step of a job.</summary>
    /// <returns>Where to go on, as <paramref name="write"/> said.</returns>
    /// <exception cref="FenceLostException">It is not held any more; nothing was written.</exception>
    public async Task<JsonObject> CommitStepAsync(
        Fence fence,
        int progress,
        string? message,
        Func<NpgsqlConnection, Task<JsonObject>> write,
        CancellationToken cancellationToken)
    {
        var step = new JsonObject();
        await CommitAsync(
            fence,
            async connection =>
            {
                step = await write(connection);
                return connection.CreateCommand(
                    CommitStep, fence.Job, fence.Token, step.ToJsonString(), progress, message);
            },
            cancellationToken);
        return step;
    }

    /// <summary>Says how far a job is within a step; it counts as no step.</summary>
    /// <exception cref="FenceLostException">It is not held any more.</exception>
    public async Task ReportAsync(Fence fence, int progress, string message, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(Report, fence.Job, fence.Token, progress, message);
        if (await command.ExecuteNonQueryAsync(cancellationToken) == 0)
        {
            throw new FenceLostException(fence);
        }
    }

    /// <summary>Commits the end of a job together with what is written at it.</summary>
    /// <exception cref="FenceLostException">It is not held any more; nothing was written.</exception>
    public Task CommitEndAsync(
        Fence fence,
        string state,
        string? message,
        Func<NpgsqlConnection, Task>? write,
        CancellationToken cancellationToken) =>
        CommitAsync(
            fence,
            async connection =>
            {
                await (write?.Invoke(connection) ?? Task.CompletedTask);
                return connection.CreateCommand(CommitEnd, fence.Job, fence.Token, state, message);
            },
            cancellationToken);

    /// <summary>Gives a job back for another server to go on with.</summary>
    public async Task ReleaseAsync(Fence fence, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(Release, fence.Job, fence.Token);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Asks for a job to be canceled; false when it has ended.</summary>
    public async Task<bool> RequestCancelAsync(string id, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(RequestCancel, id);
        return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
    }

    /// <summary>Jobs that nobody is at.</summary>
    public async Task<IReadOnlyList<Fence>> ListLeftAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            SelectLeft, ServerLimits.JobWatchInterval, ServerLimits.JobLease);
        return await command.ReadAllAsync(reader => new Fence(reader.GetString(0), reader.GetInt64(1)), cancellationToken);
    }

    /// <summary>Forgets jobs that have ended long ago.</summary>
    public async Task ForgetAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            Forget, ServerLimits.JobHistory, ServerLimits.ForgottenJobs);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>
    /// The look at the fence comes last and locks the job's row until the commit: whoever takes the job has done so
    /// before, and nothing is committed, or waits and finds what was.
    /// </summary>
    private async Task CommitAsync(
        Fence fence, Func<NpgsqlConnection, Task<NpgsqlCommand>> write, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var bound = connection.CreateCommand(BoundIdleness);
        await bound.ExecuteNonQueryAsync(cancellationToken);
        await using var update = await write(connection);
        if (await update.ExecuteNonQueryAsync(cancellationToken) == 0)
        {
            throw new FenceLostException(fence);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task<IReadOnlyList<Job>> ReadAsync(
        NpgsqlCommand command, CancellationToken cancellationToken)
    {
        return await command.ReadAllAsync(
            reader => new Job(
                reader.GetString(0),
                reader.GetString(1),
                reader.GetString(2),
                reader.GetString(3),
                reader.GetString(4),
                (JsonObject)JsonNode.Parse(reader.GetString(5))!)
            {
                Step = reader.TextOrNull(6) is { } step ? (JsonObject)JsonNode.Parse(step)! : null,
                State = reader.GetString(7),
                Progress = reader.GetInt32(8),
                Message = reader.TextOrNull(9),
                Fence = reader.GetInt64(10),
                Attempts = reader.GetInt32(11),
                CancelRequested = reader.GetBoolean(12),
                CreatedAt = reader.GetFieldValue<DateTimeOffset>(13),
                UpdatedAt = reader.GetFieldValue<DateTimeOffset>(14),
            },
            cancellationToken);
    }
}
