using System.Net;
using System.Text;
using EventStore.Testing;

namespace EventStore.Server.Tests.Http;

/// <summary>Short spellings of the calls that tests make.</summary>
internal sealed class Api(TestServer server)
{
    private static int _datasets;

    public HttpClient Client => server.Client;

    public async Task<string> CreateDatasetAsync(string aclMode = "private")
    {
        var name = $"d{Interlocked.Increment(ref _datasets)}";
        (await SendAsync(HttpMethod.Put, $"/v1/datasets/{name}", $$"""{"aclMode":"{{aclMode}}"}""")).ShouldBe(HttpStatusCode.OK);
        return name;
    }

    public async Task<Answer> GetAsync(string path) => await Answer.ReadAsync(await Client.GetAsync(path));

    public Task<Answer> PostAsync(string path, string body) => SendAsync(HttpMethod.Post, path, body);

    public async Task<Answer> PostAsync(string path, byte[] body) =>
        await Answer.ReadAsync(await Client.PostAsync(path, new ByteArrayContent(body)));

    public async Task<Answer> SendAsync(HttpMethod method, string path, string body) =>
        await Answer.ReadAsync(await Client.SendAsync(new(method, path) { Content = new StringContent(body, Encoding.UTF8) }));

    /// <summary>Sends mutations given as the inside of a JSON array.</summary>
    public Task<Answer> MutateAsync(string dataset, string mutations, string query = "") =>
        PostAsync($"/v1/data/mutate/{dataset}?{query}", $$"""{"mutations":[{{mutations}}]}""");

    public async Task<Answer> AnonymousAsync(string path, string? body = null)
    {
        using var client = server.CreateAnonymousClient();
        return await Answer.ReadAsync(body is null
            ? await client.GetAsync(path)
            : await client.PostAsync(path, new StringContent(body)));
    }
}
