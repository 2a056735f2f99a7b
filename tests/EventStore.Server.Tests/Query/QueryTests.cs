using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using EventStore.Server.Tests.Http;
using EventStore.Testing;

namespace EventStore.Server.Tests.Query;

/// <summary>Queries over HTTP: what a request may say, and what it is answered.</summary>
[Collection(HttpCollection.Name)]
public sealed class QueryTests(TestServer server)
{
    private readonly Api _api = new(server);

    [Fact]
    public async Task An_answer_has_the_result_the_query_the_time_and_tags()
    {
        var dataset = await LibraryAsync();
        const string Query = """*[_type == "book"]{title, "by": author->name}""";
        var answer = (await _api.QueryAsync(dataset, Query, "perspective=published")).ShouldBe(HttpStatusCode.OK);
        answer.ContentType.ShouldBe("application/json");
        answer.Json["result"]!.ToJsonString().ShouldBe("""[{"title":"Emma","by":"Jane"},{"title":"Persuasion","by":null}]""");
        ((string)answer.Json["query"]!).ShouldStartWith("*[_type ==");
        ((long)answer.Json["ms"]!).ShouldBeGreaterThanOrEqualTo(0);
        answer.Json["syncTags"]!.AsArray().Select(tag => (string)tag!).ShouldAllBe(tag => tag.StartsWith("s1:"));
        answer.Message.Headers.GetValues("X-EventStore-Sequence").ShouldBe(["1"]);
        (await _api.QueryAsync(dataset, "1", "returnQuery=false")).Json.AsObject().ContainsKey("query").ShouldBeFalse();
        (await _api.QueryAsync(dataset, "*[0", "tag=my.tag")).ParseError().ShouldBe(("*[0", 3, 3));
    }

    [Fact]
    public async Task Tags_depend_on_the_query_alone()
    {
        var dataset = await LibraryAsync();
        async Task<string> TagsAsync(string query) => (await _api.QueryAsync(dataset, query)).Json["syncTags"]!.ToJsonString();
        var books = await TagsAsync("""*[_type == "book"]""");
        await _api.MutateAsync(dataset, """{"create":{"_type":"book"}}""");
        (await TagsAsync("""*[_type == "book"]{title}""")).ShouldBe(books);
        (await TagsAsync("""*[_type == "author"]""")).ShouldNotBe(books);
        (await TagsAsync("""*[_type == "book"]{"a": author->}""")).ShouldNotBe(books);
        (await TagsAsync("1 + 1")).ShouldBe("[]");
    }

    [Fact]
    public async Task Parameters_come_in_the_query_string_or_in_a_body()
    {
        var dataset = await LibraryAsync();
        const string Query = "*[_id in $ids && (!defined($min) || pages > $min.pages)]._id";
        var more = QueryApi.Parameter("ids", """["emma","none","persuasion"]""") + "&" + QueryApi.Parameter("min", """{"pages":300}""");
        (await _api.ResultAsync(dataset, Query, more)).ShouldBe("""["emma"]""");
        var body = new JsonObject
        {
            ["query"] = Query,
            ["params"] = JsonNode.Parse("""{"ids":["emma","none","persuasion"],"min":null}"""),
        };
        (await _api.PostAsync($"/v1/data/query/{dataset}", body.ToJsonString())).ShouldBe(HttpStatusCode.OK)
            .Json["result"]!.ToJsonString().ShouldBe("""["emma","persuasion"]""");
        var path = $"/v1/projects/{TestServer.ProjectId}/datasets/{dataset}/query?query={Uri.EscapeDataString("count(*)\n// all")}";
        ((int)(await _api.GetAsync(path)).ShouldBe(HttpStatusCode.OK).Json["result"]!).ShouldBe(5);
    }

    [Fact]
    public async Task Functions_know_who_asks_for_what()
    {
        var dataset = await LibraryAsync();
        (await _api.ResultAsync(dataset, "[identity(), sanity::projectId(), sanity::dataset(), string(now()) < \"2020\"]"))
            .ShouldBe($"""["root","{TestServer.ProjectId}","{dataset}",false]""");
    }

    [Fact]
    public async Task The_perspective_is_that_of_the_version_unless_one_is_asked_for()
    {
        var dataset = await LibraryAsync();
        foreach (var (version, perspective, expected) in new[]
        {
            ("v1", "", """["author","emma","persuasion","drafts.emma","drafts.new"]"""),
            ("v2025-02-18", "", """["author","emma","persuasion","drafts.emma","drafts.new"]"""),
            ("v2025-02-19", "", """["author","emma","persuasion"]"""),
            ("vX", "", """["author","emma","persuasion"]"""),
            ("vX", "raw", """["author","emma","persuasion","drafts.emma","drafts.new"]"""),
            ("v1", "published", """["author","emma","persuasion"]"""),
            ("v1", "drafts", """["author","emma","new","persuasion"]"""),
            ("v1", "previewDrafts", """["author","emma","new","persuasion"]"""),
        })
        {
            var ids = await _api.ResultAsync(dataset, "*._id", $"perspective={perspective}", version);
            JsonNode.Parse(ids)!.AsArray().Select(id => (string)id!)
                .ShouldBe(JsonNode.Parse(expected)!.AsArray().Select(id => (string)id!), ignoreOrder: true, $"{version} {perspective}");
        }

        (await _api.ResultAsync(dataset, "*[_id == \"emma\"][0]{title, _id, _originalId}", "perspective=drafts"))
            .ShouldBe("""{"title":"Emma, again","_id":"emma","_originalId":"drafts.emma"}""");
        foreach (var bad in new[] { "raw,published", "drafts,previewDrafts", "a b", "-", "a.b", string.Join(',', Enumerable.Range(0, 40)) })
        {
            (await _api.QueryAsync(dataset, "*", $"perspective={Uri.EscapeDataString(bad)}")).ShouldBeBoom(HttpStatusCode.BadRequest);
        }
    }

    [Fact]
    public async Task The_past_is_queried_like_the_present()
    {
        var dataset = await LibraryAsync();
        await _api.MutateAsync(
            dataset,
            """{"patch":{"id":"emma","set":{"title":"Emma II"}}},{"delete":{"id":"persuasion"}}""",
            "transactionId=second");
        const string Query = """*[_type == "book"].title""";
        (await _api.ResultAsync(dataset, Query, "perspective=published")).ShouldBe("""["Emma II"]""");
        (await _api.ResultAsync(dataset, Query, "revision=first&perspective=published")).ShouldBe("""["Emma","Persuasion"]""");
        (await _api.ResultAsync(dataset, Query, "revision=first&perspective=drafts")).ShouldBe("""["Emma, again","Draft","Persuasion"]""");
        (await _api.ResultAsync(dataset, Query, "time=2001-01-01T00:00:00Z")).ShouldBe("[]");
        (await _api.ResultAsync(dataset, "*[_id == \"persuasion\"][0].title", "revision=first")).ShouldBe("\"Persuasion\"");
        (await _api.QueryAsync(dataset, Query, "revision=none")).ShouldBeBoom(HttpStatusCode.NotFound);
        (await _api.QueryAsync(dataset, Query, "revision=first&time=2001-01-01T00:00:00Z")).ShouldBeBoom(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_query_explains_itself()
    {
        var dataset = await LibraryAsync();
        async Task<JsonNode> ExplainAsync(string query) =>
            (await _api.QueryAsync(dataset, query, "explain=true")).ShouldBe(HttpStatusCode.OK).Json["explain"]!;
        var byId = await ExplainAsync("""*[_id == "emma"]{title}""");
        ((string)byId["reads"]![0]!["access"]!).ShouldBe("ids");
        ((int)byId["documentsScanned"]!).ShouldBe(0);
        ((int)byId["documentsFound"]!).ShouldBe(1);
        var scan = await ExplainAsync("""*[title match "e*"]""");
        ((string)scan["reads"]![0]!["access"]!).ShouldBe("scan");
        ((int)scan["documentsScanned"]!).ShouldBe(5);
        ((int)scan["sequence"]!).ShouldBe(1);
        var twice = await ExplainAsync("*{\"n\": count(*[author._ref == ^._id])}");
        ((int)twice["documentsScanned"]!).ShouldBe(5);
    }

    [Fact]
    public async Task References_of_many_documents_are_fetched_together()
    {
        var dataset = await _api.CreateDatasetAsync();
        var documents = Enumerable.Range(0, 300).SelectMany(n => new[]
        {
            new JsonObject { ["_id"] = $"author{n}", ["_type"] = "author", ["n"] = n },
            new JsonObject
            {
                ["_id"] = $"book{n}",
                ["_type"] = "book",
                ["by"] = new JsonObject { ["_type"] = "reference", ["_ref"] = $"author{n * 7 % 300}" },
            },
        });
        var mutations = documents.Select(document => new JsonObject { ["create"] = document }.ToJsonString());
        (await _api.MutateAsync(dataset, string.Join(',', mutations))).ShouldBe(HttpStatusCode.OK);
        const string Query = "*[_type == \"book\"]{\"n\": by->n, \"id\": by._ref}";
        foreach (var perspective in new[] { "raw", "drafts" })
        {
            var answer = (await _api.QueryAsync(dataset, Query, $"explain=true&perspective={perspective}")).ShouldBe(HttpStatusCode.OK);
            answer.Json["result"]!.AsArray().Count.ShouldBe(300);
            answer.Json["result"]!.AsArray().ShouldAllBe(book => $"author{book!["n"]}" == (string)book["id"]!);
            ((int)answer.Json["explain"]!["lookUps"]!).ShouldBeLessThanOrEqualTo(10);
        }
    }

    [Theory]
    [InlineData("query=", HttpStatusCode.BadRequest)]
    [InlineData("", HttpStatusCode.BadRequest)]
    [InlineData("query=*&query=*", HttpStatusCode.BadRequest)]
    [InlineData("query=$a&$a=nojson", HttpStatusCode.BadRequest)]
    [InlineData("query=$a&$a=", HttpStatusCode.BadRequest)]
    [InlineData("query=$a&$a=1&$a=2", HttpStatusCode.BadRequest)]
    [InlineData("query=$missing", HttpStatusCode.BadRequest)]
    [InlineData("query=*&resultSourceMap=true", HttpStatusCode.BadRequest)]
    [InlineData("query=*&resultSourceMap=withKeyArraySelector", HttpStatusCode.BadRequest)]
    [InlineData("query=*&returnQuery=maybe", HttpStatusCode.BadRequest)]
    [InlineData("query=*&time=yesterday", HttpStatusCode.BadRequest)]
    [InlineData("query=*&resultSourceMap=false", HttpStatusCode.OK)]
    [InlineData("query=$a&$a=%221%22&$b=2", HttpStatusCode.OK)]
    public async Task Malformed_requests_are_refused(string queryString, HttpStatusCode status)
    {
        var dataset = await LibraryAsync();
        (await _api.GetAsync($"/v1/data/query/{dataset}?{queryString}")).ShouldBe(status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("*")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"query":1}""")]
    [InlineData("""{"query":"*","params":[]}""")]
    [InlineData("""{"query":"*","params":{"a":1,"a":2}}""")]
    [InlineData("""{"query":"*","perspective":[1]}""")]
    [InlineData("""{"query":"*" """)]
    public async Task Malformed_bodies_are_refused(string body)
    {
        var dataset = await LibraryAsync();
        ((int)(await _api.PostAsync($"/v1/data/query/{dataset}", body)).Status).ShouldBe(400);
    }

    [Fact]
    public async Task Places_of_errors_are_counted_as_clients_count_characters()
    {
        var dataset = await LibraryAsync();
        (await _api.QueryAsync(dataset, "\"😀\" + ]")).ParseError().ShouldBe(("\"😀\" + ]", 7, 8));
        var deep = new string('(', 10_000);
        var answer = await _api.PostAsync($"/v1/data/query/{dataset}", $$"""{"query":"{{deep}}"}""");
        answer.ParseError().Query.ShouldBe(deep);
    }

    [Fact]
    public async Task What_is_too_large_or_too_much_is_refused()
    {
        var dataset = await LibraryAsync();
        var big = $$$"""{"query":"count($x)","params":{"x":"{{{new string('x', 4_000_000)}}}"}}""";
        (await _api.PostAsync($"/v1/data/query/{dataset}", big)).ShouldBeDescribed(HttpStatusCode.RequestEntityTooLarge);
        var thousand = "[" + string.Join(',', Enumerable.Range(0, 1000).Select(i => $"{{\"i\":\"{i}\"}}")) + "]";
        async Task<string> LimitAsync(string query)
        {
            var body = new JsonObject
            {
                ["query"] = query,
                ["params"] = new JsonObject
                {
                    ["n"] = JsonNode.Parse(thousand),
                    ["big"] = new JsonArray(new JsonObject { ["t"] = new string('x', 1_000_000) }),
                },
            };
            return (await _api.PostAsync($"/v1/data/query/{dataset}", body.ToJsonString()))
                .ShouldBeDescribed(HttpStatusCode.BadRequest).ErrorType;
        }

        (await LimitAsync("$n[]{\"a\": $n[]{\"b\": $n[]{\"c\": $n}}}")).ShouldBe("queryResultLimitError");
        var sum = string.Join(" + ", Enumerable.Repeat("$big[0].t", 20));
        (await LimitAsync($"length({sum})")).ShouldBe("queryMemoryLimitError");
        (await _api.ResultAsync(dataset, "count(*)")).ShouldBe("5");
    }

    [Fact]
    public async Task Queries_stop_when_their_clients_leave()
    {
        var dataset = await LibraryAsync();
        var body = SlowQuery(3000);
        for (var round = 0; round < 3; round++)
        {
            using var leaving = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
            await Task.WhenAll(Enumerable.Range(0, 80).Select(async _ =>
            {
                try
                {
                    using var content = new StringContent(body, Encoding.UTF8);
                    await _api.Client.PostAsync($"/v1/data/query/{dataset}", content, leaving.Token);
                }
                catch (OperationCanceledException)
                {
                }
            }));
        }

        // Had they gone on, this one would wait for its turn behind them.
        (await _api.ResultAsync(dataset, "count(*)")).ShouldBe("5");
    }

    [LongFact]
    public async Task Endless_work_meets_a_bound()
    {
        var dataset = await LibraryAsync();
        var answer = (await _api.PostAsync($"/v1/data/query/{dataset}", SlowQuery(100_000)))
            .ShouldBeDescribed(HttpStatusCode.BadRequest);
        answer.ErrorType.ShouldBeOneOf("queryWorkLimitError", "queryTimeLimitError");
    }

    [Fact]
    public async Task Without_a_token_there_is_the_root_path_of_public_datasets()
    {
        var open = await LibraryAsync("public");
        var closed = await LibraryAsync();
        var query = Uri.EscapeDataString(
            """{"all": count(*), "ids": *[_type == "book"]._id, "draft": *[_id == "drafts.emma"], "who": identity()}""");
        var answer = (await _api.AnonymousAsync($"/v1/data/query/{open}?query={query}")).ShouldBe(HttpStatusCode.OK);
        answer.Text.ShouldContain(""""result":{"all":3,"ids":["emma","persuasion"],"draft":[],"who":"<anonymous>"},"""");
        (await _api.AnonymousAsync($"/v1/data/query/{open}?query={query}&perspective=drafts")).Json["result"]!["all"]!
            .ToJsonString().ShouldBe("3");
        (await _api.AnonymousAsync($"/v1/data/query/{open}?query={query}&revision=first")).Status.ShouldBeOneOf(
            HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden);
        (await _api.AnonymousAsync($"/v1/data/query/{closed}?query={query}")).ShouldBeBoom(HttpStatusCode.Unauthorized);
    }

    /// <summary>A body whose query takes work by the square of a number: minutes, from some thousands on.</summary>
    private static string SlowQuery(int count)
    {
        const string Query = """count($n[count($n[@ in $m && count($m) > 0 && string::split(string(@), \"\") != []]) > 5])""";
        return $$$"""{"query":"{{{Query}}}","params":{"n":[{{{string.Join(',', Enumerable.Range(0, count))}}}],"m":[1]}}""";
    }

    private async Task<string> LibraryAsync(string mode = "private")
    {
        var dataset = await _api.CreateDatasetAsync(mode);
        (await _api.MutateAsync(
            dataset,
            """
            {"create":{"_id":"author","_type":"author","name":"Jane"}},
            {"create":{"_id":"emma","_type":"book","title":"Emma","pages":400,"author":{"_type":"reference","_ref":"author"}}},
            {"create":{"_id":"persuasion","_type":"book","title":"Persuasion","pages":200}},
            {"create":{"_id":"drafts.emma","_type":"book","title":"Emma, again"}},
            {"create":{"_id":"drafts.new","_type":"book","title":"Draft"}}
            """,
            "transactionId=first")).ShouldBe(HttpStatusCode.OK);
        return dataset;
    }
}
