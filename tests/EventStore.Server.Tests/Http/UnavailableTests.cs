using System.Net;
using System.Net.Http.Headers;
using EventStore.Server.Hosting;
using EventStore.Testing;

namespace EventStore.Server.Tests.Http;

/// <summary>A database that is away is a passing state: clients are told to come back, and never that they conflict.</summary>
public sealed class UnavailableTests
{
    [Fact]
    public async Task Every_endpoint_asks_to_retry_while_the_database_is_away()
    {
        var folder = TemporaryFolder.Create();
        var cluster = await PostgresCluster.StartAsync();
        var settings = new ServerSettings
        {
            DataFolder = folder,
            ConnectionString = await cluster.CreateDatabaseAsync(),
            Urls = "http://127.0.0.1:0",
            ProjectId = TestServer.ProjectId,
        };
        await using (var host = await ServerHost.StartAsync(settings))
        {
            using var client = new HttpClient { BaseAddress = host.Address };
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", host.RootToken.Text);
            (await Answer.ReadAsync(await client.PutAsync("/v1/datasets/d", new StringContent("{}")))).ShouldBe(HttpStatusCode.OK);
            const string mutations = """{"mutations":[{"createOrReplace":{"_id":"a","_type":"t"}}]}""";
            (await Answer.ReadAsync(await client.PostAsync("/v1/data/mutate/d", new StringContent(mutations)))).ShouldBe(HttpStatusCode.OK);
            var token = (await Answer.ReadAsync(await client.PostAsync(
                $"/v1/projects/{TestServer.ProjectId}/tokens", new StringContent("""{"label":"x","roleName":"viewer"}""")))).Json;
            await cluster.DisposeAsync();

            foreach (var path in new[]
            {
                "data/doc/d/a", "data/history/d/documents/a?time=2020-01-01", "data/history/d/transactions", "data/export/d", "datasets",
                "data/history/d/documents/a/diff?from=1",
            })
            {
                Check(await Answer.ReadAsync(await client.GetAsync("/v1/" + path)));
            }

            CheckWrite(await Answer.ReadAsync(await client.PostAsync("/v1/data/mutate/d", new StringContent(mutations))));
            Check(await Answer.ReadAsync(await client.PostAsync("/v1/data/verify/d", new StringContent(""))));
            CheckWrite(await Answer.ReadAsync(await client.PostAsync("/v1/data/import/d", new StringContent("{}"))));
            Check(await Answer.ReadAsync(await client.PutAsync("/v1/datasets/e", new StringContent("{}"))));

            // A token has to be looked up; what cannot be one has not.
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string)token["key"]!);
            Check(await Answer.ReadAsync(await client.GetAsync("/v1/users/me")));
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string)token["key"]! + "x");
            (await Answer.ReadAsync(await client.GetAsync("/v1/users/me"))).ShouldBeBoom(HttpStatusCode.Unauthorized);
        }

        Directory.Delete(folder, recursive: true);
    }

    /// <summary>
    /// A write may be the first to use a connection that is no more. Then nobody knows whether it was committed, and it must
    /// not be repeated just so.
    /// </summary>
    private static void CheckWrite(Answer answer)
    {
        if (answer.Message.Headers.RetryAfter is null)
        {
            answer.ShouldBe(HttpStatusCode.ServiceUnavailable).ErrorType.ShouldBe("outcomeUnknownError");
        }
        else
        {
            Check(answer);
        }
    }

    private static void Check(Answer answer)
    {
        answer.ShouldBe(HttpStatusCode.ServiceUnavailable).ContentType.ShouldBe("application/json");
        answer.Message.Headers.RetryAfter.ShouldNotBeNull();
        answer.Text.ShouldNotContain("Npgsql");
        answer.Text.ShouldNotContain("127.0.0.1");
    }
}
