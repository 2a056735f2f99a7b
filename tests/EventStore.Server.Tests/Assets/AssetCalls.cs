using EventStore.Server.Tests.Http;
using EventStore.Testing;

namespace EventStore.Server.Tests.Assets;

/// <summary>Uploads to a server, and a look at what it keeps of them.</summary>
internal sealed class AssetCalls(TestServer server)
{
    public static IReadOnlyList<string> FilesIn(string folder)
    {
        try
        {
            return Directory.Exists(folder) ? Directory.GetFiles(folder, "*", SearchOption.AllDirectories) : [];
        }
        catch (DirectoryNotFoundException)
        {
            return FilesIn(folder);
        }
    }

    /// <summary>Where the contents of a dataset are kept.</summary>
    public string FolderOf(string dataset) =>
        Path.Combine(server.Host.Settings.DataFolder, "blobs", "assets", NumberOf(dataset));

    public string NumberOf(string dataset)
    {
        using var source = Npgsql.NpgsqlDataSource.Create(server.ConnectionString);
        using var command = source.CreateCommand("select number::text from eventstore.dataset where name = $1");
        command.Parameters.Add(new() { Value = dataset });
        return (string)command.ExecuteScalar()!;
    }

    public async Task<Answer> UploadAsync(string folder, string dataset, byte[] content, string query = "", string type = "")
    {
        using var body = new ByteArrayContent(content);
        if (type.Length > 0)
        {
            body.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        return await Answer.ReadAsync(await server.Client.PostAsync($"/v1/assets/{folder}/{dataset}?{query}", body));
    }
}
