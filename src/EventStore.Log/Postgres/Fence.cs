using Npgsql;

namespace EventStore.Log.Postgres;

/// <summary>
/// A claim to a job, which whoever takes the job over makes void. A write that carries it is committed only while the
/// claim holds: the look at it and the write are one database transaction.
/// </summary>
/// <param name="Job">The job that is held.</param>
/// <param name="Token">The number it was taken with; every taking has a higher one.</param>
public readonly record struct Fence(string Job, long Token)
{
    /// <summary>The state of the error that the database raises when a claim is void.</summary>
    public const string LostState = "ES001";

    private const string Require = "select eventstore.require_fence($1, $2)";

    internal NpgsqlBatchCommand CreateCommand()
    {
        var command = new NpgsqlBatchCommand(Require);
        command.Parameters.Add(new() { Value = Job });
        command.Parameters.Add(new() { Value = Token });
        return command;
    }
}
