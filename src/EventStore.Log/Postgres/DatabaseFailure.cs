using Npgsql;

namespace EventStore.Log.Postgres;

/// <summary>Tells a database that is away from a statement that is wrong.</summary>
public static class DatabaseFailure
{
    /// <summary>
    /// Whether the failure is one of the connection, of the server going down or starting up, or of its resources: it
    /// may go away by itself. Anything else is a defect and must not be taken for one of these.
    /// </summary>
    public static bool IsUnavailable(Exception exception) => exception switch
    {
        PostgresException { SqlState: { } state } => state[..2] is "08" or "53" or "57" or "58",
        NpgsqlException or IOException or TimeoutException or System.Net.Sockets.SocketException => true,
        _ => false,
    };
}
