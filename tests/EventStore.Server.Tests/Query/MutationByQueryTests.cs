using System.Net;
using System.Text.Json.Nodes;
using EventStore.Server.Tests.Http;
using EventStore.Testing;

namespace EventStore.Server.Tests.Query;

/// <summary>Deleting and patching what a query finds.</summary>
[Collection(HttpCollection.Name)]
public sealed class MutationByQueryTests(TestServer server)
{
    private readonly Api _api = new(server);

    [Fact]
    public async Task What_a_query_finds_is_changed_and_recorded_document_by_document()
    {
        var dataset = await NumbersAsync(20);
        var answer = (await _api.MutateAsync(
            dataset,
            """
            {"patch":{"query":"*[_type == $t && n >= 15]","params":{"t":"number"},"inc":{"n":100},"set":{"big":true}}},
            {"delete":{"query":"*[n < $least]","params":{"least":5}}},
            {"create":{"_id":"last","_type":"number","n":0}}
            """,
            "transactionId=second")).ShouldBe(HttpStatusCode.OK);
        answer.Json["results"]!.AsArray().Select(result => (string)result!["operation"]!)
            .ShouldBe([.. Enumerable.Repeat("update", 5), .. Enumerable.Repeat("delete", 5), "create"]);
        (await _api.ResultAsync(dataset, "*[n > 100] | order(n){n, big}")).ShouldStartWith("""[{"n":115,"big":true},{"n":116""");
        (await _api.ResultAsync(dataset, "count(*)")).ShouldBe("16");

        var recorded = (await _api.GetAsync($"/v1/data/history/{dataset}/transactions?reverse=true&limit=1")).Lines.Single();
        var mutations = recorded["mutations"]!.AsArray();
        mutations.Count.ShouldBe(11);
        mutations[0]!.ToJsonString().ShouldBe("""{"patch":{"id":"n15","inc":{"n":100},"set":{"big":true}}}""");
        mutations[5]!.ToJsonString().ShouldBe("""{"delete":{"id":"n0","purge":false}}""");
        (await _api.PostAsync($"/v1/data/verify/{dataset}", "")).Lines[^1]!["verified"].ShouldNotBeNull();
    }

    [Fact]
    public async Task A_query_sees_the_state_before_the_transaction()
    {
        var dataset = await NumbersAsync(3);
        await _api.MutateAsync(
            dataset,
            """
            {"create":{"_id":"new","_type":"number","n":1}},{"patch":{"id":"n0","set":{"n":1}}},{"delete":{"query":"*[n == 1]"}}
            """);
        (await _api.ResultAsync(dataset, "*._id")).ShouldBe("""["n0","n2","new"]""");
    }

    [Fact]
    public async Task Slices_single_documents_and_nothing_are_found_too()
    {
        var dataset = await NumbersAsync(10);
        (await _api.MutateAsync(
            dataset,
            """
            {"delete":{"query":"*[_type == \"number\"] | order(n desc)[0..1]"}},{"delete":{"query":"*[n == 0][0] // the first"}},
            {"delete":{"query":"*[n == 77][0]"}},{"patch":{"query":"*[n == 77]","unset":["n"]}}
            """)).ShouldBe(HttpStatusCode.OK);
        (await _api.ResultAsync(dataset, "*.n")).ShouldBe("[1,2,3,4,5,6,7]");
        (await _api.MutateAsync(dataset, """{"delete":{"query":"*"}}""", "dryRun=true")).ShouldBe(HttpStatusCode.OK)
            .Json["results"]!.AsArray().Count.ShouldBe(7);
        (await _api.ResultAsync(dataset, "count(*)")).ShouldBe("7");
    }

    [Theory]
    [InlineData("""{"delete":{"query":"*[" }}""", 400, "not valid at 2..2")]
    [InlineData("""{"delete":{"query":"*[n == $n]"}}""", 400, "not valid")]
    [InlineData("""{"delete":{"query":"*.n"}}""", 400, "must give documents")]
    [InlineData("""{"delete":{"query":"*{n}"}}""", 400, "must give documents")]
    [InlineData("""{"delete":{"query":"*","id":"a"}}""", 400, "not both")]
    [InlineData("""{"delete":{"params":{}}}""", 400, "must have a query")]
    [InlineData("""{"delete":{"query":1}}""", 400, "must be a string")]
    [InlineData("""{"delete":{"query":"*","params":1}}""", 400, "must be an object")]
    [InlineData("""{"patch":{"query":"*","set":{"_id":"x"}}}""", 400, "cannot be changed")]
    [InlineData("""{"patch":{"query":"*","ifRevisionID":"none","set":{"x":1}}}""", 409, "unexpected revision")]
    [InlineData("""{"patch":{"set":{"x":1}}}""", 400, "must have an id or a query")]
    public async Task Bad_ones_are_refused_by_their_place_in_the_request(string mutation, int status, string reason)
    {
        var dataset = await NumbersAsync(3);
        var answer = await _api.MutateAsync(dataset, """{"create":{"_type":"t"}},""" + mutation);
        ((int)answer.Status).ShouldBe(status, answer.Text);
        var item = answer.Json["error"]!["items"]![0]!;
        ((int)item["index"]!).ShouldBe(1);
        ((string)item["error"]!["description"]!).ShouldContain(reason);
        (await _api.ResultAsync(dataset, "count(*)")).ShouldBe("3");
    }

    [Fact]
    public async Task At_most_ten_thousand_documents_are_found()
    {
        var dataset = await _api.CreateDatasetAsync();
        for (var part = 0; part < 3; part++)
        {
            var documents = Enumerable.Range(part * 3400, 3400)
                .Select(n => $$$"""{"create":{"_id":"n{{{n}}}","_type":"number","n": {{{n}}} }}""");
            (await _api.MutateAsync(dataset, string.Join(',', documents), "returnIds=false")).ShouldBe(HttpStatusCode.OK);
        }

        var refused = (await _api.MutateAsync(dataset, """{"delete":{"query":"*"}}""")).ShouldBe(HttpStatusCode.BadRequest);
        refused.Text.ShouldContain("more than 10000 documents");
        (await _api.MutateAsync(dataset, """{"delete":{"query":"*[0...10000]"}}""")).ShouldBe(HttpStatusCode.OK)
            .Json["results"]!.AsArray().Count.ShouldBe(10_000);
        (await _api.ResultAsync(dataset, "count(*)")).ShouldBe("200");
    }

    [Fact]
    public async Task Nothing_comes_between_what_a_query_sees_and_what_is_done()
    {
        // Every transaction takes the first document there is: one that saw an older state would take one that is gone.
        // Two servers write, so that commits fail and are evaluated again.
        await using var other = await EventStore.Server.Hosting.ServerHost.StartAsync(new()
        {
            DataFolder = Directory.CreateTempSubdirectory("eventstore-test-").FullName,
            ConnectionString = server.ConnectionString,
            Urls = "http://127.0.0.1:0",
            ProjectId = TestServer.ProjectId,
            RootToken = server.Host.RootToken.Text,
        });
        var dataset = await NumbersAsync(60);
        const string Take = """{"mutations":[{"delete":{"query":"*[_type == \"number\"] | order(n)[0]"}}]}""";
        var writers = Enumerable.Range(0, 4).Select(async writer =>
        {
            for (var round = 0; round < 15; round++)
            {
                var address = new Uri(writer % 2 == 0 ? server.Host.Address : other.Address, $"/v1/data/mutate/{dataset}");
                using var message = new HttpRequestMessage(HttpMethod.Post, address) { Content = new StringContent(Take) };
                message.Headers.Authorization = new("Bearer", server.Host.RootToken.Text);
                using var client = new HttpClient();
                (await Answer.ReadAsync(await client.SendAsync(message))).ShouldBe(HttpStatusCode.OK)
                    .Json["results"]!.AsArray().Select(result => (string)result!["operation"]!).ShouldBe(["delete"]);
            }
        });
        await Task.WhenAll(writers);
        (await _api.ResultAsync(dataset, "count(*)")).ShouldBe("0");
        (await _api.PostAsync($"/v1/data/verify/{dataset}", "")).Lines[^1]!["verified"].ShouldNotBeNull();
    }

    private async Task<string> NumbersAsync(int count)
    {
        var dataset = await _api.CreateDatasetAsync();
        var documents = Enumerable.Range(0, count).Select(n => new JsonObject
        {
            ["create"] = new JsonObject { ["_id"] = $"n{n}", ["_type"] = "number", ["n"] = n },
        }.ToJsonString());
        (await _api.MutateAsync(dataset, string.Join(',', documents))).ShouldBe(HttpStatusCode.OK);
        return dataset;
    }
}
