using EventStore.Log.Postgres;
using EventStore.Server.Auth.Tokens;
using Npgsql;

namespace EventStore.Server.Datasets;

/// <summary>Looks a request's dataset up together with its token.</summary>
/// <param name="projectId">The project it will probably be in.</param>
/// <param name="name">Its name, no alias.</param>
internal sealed class DatasetCompanion(string projectId, string name) : ITokenCompanion
{
    private Dataset? _found;

    public NpgsqlBatchCommand CreateCommand() => DatasetCatalog.CreateFindCommand(projectId, name);

    public async Task ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken) =>
        _found = await DatasetCatalog.ReadFoundAsync(reader, cancellationToken);

    /// <summary>The dataset, if it was found and is in a project; null says nothing.</summary>
    public Dataset? In(string projectOfRequest) => projectOfRequest == projectId ? _found : null;
}
