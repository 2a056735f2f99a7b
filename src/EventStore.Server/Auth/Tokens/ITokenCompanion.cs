using Npgsql;

namespace EventStore.Server.Auth.Tokens;

/// <summary>
/// Something else that a request has to know from the database, asked for in the same round trip as its token.
/// </summary>
internal interface ITokenCompanion
{
    /// <summary>What to ask. It must give nothing away by being asked for a caller who may not know.</summary>
    NpgsqlBatchCommand CreateCommand();

    /// <summary>Reads the answer; not called when the caller has no token that is looked up.</summary>
    Task ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken);
}
