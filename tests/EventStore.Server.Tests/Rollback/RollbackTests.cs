using System.Net;
using System.Text.Json.Nodes;
using EventStore.Server.Tests.Copies;
using EventStore.Server.Tests.Http;
using EventStore.Testing;

namespace EventStore.Server.Tests.Rollback;

/// <summary>Plans and their application, from outside.</summary>
public sealed class RollbackTests(TestServer server) : IClassFixture<TestServer>
{
    private readonly Api _api = new(server);
    private readonly CopyCalls _copies = new(server.Client);

    [Fact]
    public async Task A_plan_is_applied_once_and_tells_again_what_it_did()
    {
        var (dataset, calls) = await CreateAsync();
        var order = new JsonObject { ["transaction"] = "second" };
        var (documents, summary) = await calls.PlanAsync(order);
        documents.Keys.ShouldBe(["emma", "new", "persuasion"]);
        var id = (string)summary["id"]!;
        var log = await _copies.LogAsync(dataset);
        (await calls.PlanAsync(order)).Summary.ToJsonString().ShouldBe(summary.ToJsonString());
        (await _copies.LogAsync(dataset)).ShouldBe(log, "planning writes nothing");

        // All at once: they do it together once.
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => calls.ApplyAsync(order, id)));
        answers.ShouldAllBe(answer => answer.Status == HttpStatusCode.OK);
        answers.Select(answer => answer.Text).Distinct().Count().ShouldBe(1);
        ((int)answers[0].Json["documents"]!).ShouldBe(3);
        ((string)answers[0].Json["state"]!).ShouldBe("applied");
        (await TransactionsAsync(dataset)).ShouldBe(["first", "second", "third", (string)answers[0].Json["transactionIds"]![0]!]);
        (await _copies.DocumentsAsync(dataset)).Count.ShouldBe(2);

        // Later still the same, though the heads have moved.
        await MutateAsync(dataset, """{"delete":{"id":"emma"}}""");
        (await calls.ApplyAsync(order, id)).Text.ShouldBe(answers[0].Text);
        (await TransactionsAsync(dataset)).Count.ShouldBe(5);
        await _copies.VerifyAsync(dataset);
    }

    [Fact]
    public async Task What_comes_back_keeps_its_creation_and_is_the_callers()
    {
        var (dataset, calls) = await CreateAsync();
        var before = (await DocumentAsync(dataset, "persuasion", "?revision=first"))!;
        var result = await calls.RollBackAsync(new() { ["transaction"] = "second" });
        var after = (await DocumentAsync(dataset, "persuasion"))!;
        ((string)after["_createdAt"]!).ShouldBe((string)before["_createdAt"]!);
        ((string)after["_rev"]!).ShouldBe((string)result["transactionIds"]![0]!);
        var emma = (await DocumentAsync(dataset, "emma"))!;
        ((string)emma["title"]!).ShouldBe("Emma");
        ((string)emma["author"]!["name"]!).ShouldBe("Jane", "a later edit of another place stays");
        (await DocumentAsync(dataset, "new")).ShouldBeNull();
        var undo = await calls.RollBackAsync(new() { ["transaction"] = (string)result["transactionIds"]![0]! });
        ((int)undo["documents"]!).ShouldBe(3);
        ((string)(await DocumentAsync(dataset, "emma"))!["title"]!).ShouldBe("Emma: A Novel");
        (await DocumentAsync(dataset, "new")).ShouldNotBeNull();
    }

    [Theory]
    [InlineData("""{"patch":{"id":"emma","set":{"x":1} } }""")]
    [InlineData("""{"delete":{"id":"new"}}""")]
    [InlineData("""{"create":{"_id":"persuasion","_type":"t"}},{"delete":{"id":"persuasion"}}""")]
    [InlineData("""{"create":{"_id":"persuasion","_type":"t"}}""", """{"delete":{"id":"persuasion"}}""")]
    public async Task A_plan_whose_heads_have_moved_is_refused_and_does_nothing(params string[] edits)
    {
        var (dataset, calls) = await CreateAsync();
        var order = new JsonObject { ["transaction"] = "second" };
        var id = (string)(await calls.PlanAsync(order)).Summary["id"]!;
        await MutateAsync(dataset, """{"create":{"_id":"other","_type":"t"}}""");
        (await calls.PlanAsync(order)).Summary["id"]!.GetValue<string>().ShouldBe(id, "it is about other documents");
        var isNothing = edits[0].Contains("},{", StringComparison.Ordinal);
        foreach (var edit in edits)
        {
            await MutateAsync(dataset, edit);
        }

        var log = await _copies.LogAsync(dataset);
        var answer = await calls.ApplyAsync(order, id);
        if (isNothing)
        {
            // Created and deleted in one transaction: nothing became of it.
            answer.ShouldBe(HttpStatusCode.OK);
            return;
        }

        answer.ShouldBeDescribed(HttpStatusCode.Conflict).ErrorType.ShouldBe("planOutdatedError");
        (await _copies.LogAsync(dataset)).ShouldBe(log);
    }

    [Fact]
    public async Task Conflicts_stop_a_plan_are_skipped_or_overruled()
    {
        var (dataset, calls) = await CreateAsync();
        await MutateAsync(dataset, """{"patch":{"id":"emma","set":{"copies":9} } }""");
        var order = new JsonObject { ["transaction"] = "second" };
        var (documents, summary) = await calls.PlanAsync(order);
        ((string)documents["emma"]["outcome"]!).ShouldBe("conflict");
        documents["emma"]["conflicts"]!.ToJsonString().ShouldBe("""[{"reason":"edited","path":"copies"}]""");
        (await calls.ApplyAsync(order, (string)summary["id"]!)).ShouldBeDescribed(HttpStatusCode.Conflict)
            .ErrorType.ShouldBe("planConflictError");
        (await TransactionsAsync(dataset)).Count.ShouldBe(4);

        order["onConflict"] = "skip";
        ((int)(await calls.RollBackAsync(order))["documents"]!).ShouldBe(2);
        ((int)(await DocumentAsync(dataset, "emma"))!["copies"]!).ShouldBe(9);
        order["onConflict"] = "force";
        ((int)(await calls.RollBackAsync(order))["documents"]!).ShouldBe(1);
        var emma = (await DocumentAsync(dataset, "emma"))!;
        ((int)emma["copies"]!).ShouldBe(2);
        ((string)emma["author"]!["name"]!).ShouldBe("Jane");
        (await calls.PlanAsync(order)).Documents.ShouldBeEmpty();
        ((int)(await calls.RollBackAsync(order))["documents"]!).ShouldBe(0);
    }

    [Fact]
    public async Task Strong_references_are_never_broken()
    {
        var dataset = await _api.CreateDatasetAsync();
        var calls = new RollbackCalls(server.Client, dataset);
        const string refers = "\"to\":{\"_type\":\"reference\",\"_ref\":";
        await MutateAsync(dataset, """{"create":{"_id":"author","_type":"a"}},{"create":{"_id":"lone","_type":"a"}}""", "made");
        await MutateAsync(dataset, $$$"""{"create":{"_id":"book","_type":"b",{{{refers}}}"author"} } }""", "refers");
        var order = new JsonObject { ["transaction"] = "made", ["onConflict"] = "force" };
        var (documents, summary) = await calls.PlanAsync(order);
        documents["author"]["conflicts"]!.ToJsonString().ShouldBe("""[{"reason":"referenced","documentId":"book"}]""");
        (await calls.ApplyAsync(order, (string)summary["id"]!)).ShouldBeDescribed(HttpStatusCode.Conflict);

        // Together with what refers to it, it can go; and come back.
        var both = new JsonObject { ["time"] = "2001-01-01T00:00:00Z" };
        var gone = await calls.RollBackAsync(both);
        ((int)gone["documents"]!).ShouldBe(3);
        (await calls.RollBackAsync(new() { ["transaction"] = (string)gone["transactionIds"]![0]! }))["documents"]!
            .GetValue<int>().ShouldBe(3);

        // What would refer to something that is gone is left out, and so is what refers to that.
        await MutateAsync(dataset, $$$"""{"create":{"_id":"shelf","_type":"s",{{{refers}}}"book"} } }""");
        await MutateAsync(dataset, """{"delete":{"id":"shelf"}},{"delete":{"id":"book"}}""", "cleared");
        await MutateAsync(dataset, """{"delete":{"id":"author"}}""");
        order = new() { ["transaction"] = "cleared" };
        (documents, _) = await calls.PlanAsync(order);
        documents["book"]["conflicts"]!.ToJsonString().ShouldBe("""[{"reason":"missingReference","documentId":"author"}]""");
        documents["shelf"]["conflicts"]!.AsArray().ShouldBeEmpty("the book would be there");
        order["onConflict"] = "skip";
        (documents, _) = await calls.PlanAsync(order);
        documents.Values.ShouldAllBe(document => (string)document["outcome"]! == "skipped");
        documents["shelf"]["conflicts"]!.ToJsonString().ShouldBe("""[{"reason":"missingReference","documentId":"book"}]""");
        ((int)(await calls.RollBackAsync(order))["documents"]!).ShouldBe(0);
        await _copies.VerifyAsync(dataset);
    }

    [Fact]
    public async Task Writers_that_come_in_between_are_never_overruled_unseen()
    {
        var dataset = await _api.CreateDatasetAsync();
        var calls = new RollbackCalls(server.Client, dataset);
        var ids = Enumerable.Range(0, 20).Select(number => $"d{number}").ToList();
        await MutateAsync(dataset, string.Join(',', ids.Select(id => $$"""{"create":{"_id":"{{id}}","_type":"t","n":0} }""")), "start");
        using var stop = new CancellationTokenSource();
        var edits = Task.Run(async () =>
        {
            for (var number = 1; !stop.IsCancellationRequested; number++)
            {
                await MutateAsync(dataset, $$$"""{"patch":{"id":"{{{ids[number % 20]}}}","set":{"n":{{{number}}}} } }""");
                await Task.Delay(5);
            }
        });
        var (applied, refused) = (0, 0);
        while (applied < 3 || refused < 3)
        {
            // Few documents, then many: some plans come through, others are overtaken.
            var order = new JsonObject { ["revision"] = "start" };
            if (refused >= 3)
            {
                order["documents"] = new JsonArray(ids[applied % 20]);
            }

            var (documents, summary) = await calls.PlanAsync(order);
            var answer = await calls.ApplyAsync(order, (string)summary["id"]!);
            if (answer.Status == HttpStatusCode.Conflict)
            {
                refused++;
                continue;
            }

            // Everything that the transaction changed stood, just before, at the revision that the plan shows.
            applied += documents.Count > 0 ? 1 : 0;
            foreach (var id in answer.ShouldBe(HttpStatusCode.OK).Json["transactionIds"]!.AsArray())
            {
                foreach (var (document, line) in documents)
                {
                    var history = (await _api.GetAsync($"/v1/data/history/{dataset}/transactions/{document}?excludeContent=true")).Lines
                        .Select(transaction => (string)transaction["id"]!).ToList();
                    history[history.IndexOf((string)id!) - 1].ShouldBe((string)line["revision"]!);
                }
            }
        }

        await stop.CancelAsync();
        await edits;
        await _copies.VerifyAsync(dataset);
    }

    [Fact]
    public async Task Orders_that_do_not_say_one_thing_are_refused()
    {
        var (dataset, calls) = await CreateAsync();
        (string Body, HttpStatusCode Status)[] orders =
        [
            ("{}", HttpStatusCode.BadRequest),
            ("""{"transaction":"first","time":"2025-01-01"}""", HttpStatusCode.BadRequest),
            ("""{"transaction":7}""", HttpStatusCode.BadRequest),
            ("""{"transaction":"not an id"}""", HttpStatusCode.BadRequest),
            ("""{"transaction":"unknown"}""", HttpStatusCode.NotFound),
            ("""{"revision":"unknown"}""", HttpStatusCode.NotFound),
            ("""{"author":"a"}""", HttpStatusCode.BadRequest),
            ("""{"transaction":"first","fromTime":"2025-01-01"}""", HttpStatusCode.BadRequest),
            ("""{"time":"yesterday"}""", HttpStatusCode.BadRequest),
            ("""{"time":"2025-01-01","documents":"emma"}""", HttpStatusCode.BadRequest),
            ("""{"time":"2025-01-01","documents":[]}""", HttpStatusCode.BadRequest),
            ("""{"time":"2025-01-01","documents":["a b"]}""", HttpStatusCode.BadRequest),
            ("""{"time":"2025-01-01","documents":[null]}""", HttpStatusCode.BadRequest),
            ("""{"time":"2025-01-01","onConflict":"ask"}""", HttpStatusCode.BadRequest),
            ("""{"time":"2025-01-01","format":"xml"}""", HttpStatusCode.BadRequest),
            ("[]", HttpStatusCode.BadRequest),
            ("{", HttpStatusCode.BadRequest),
        ];
        foreach (var (body, status) in orders)
        {
            (await _api.PostAsync($"/v1/data/rollback/{dataset}/plan", body)).ShouldBeBoom(status);
        }

        var order = new JsonObject { ["transaction"] = "first" };
        (await calls.PostAsync("", order)).ShouldBeBoom(HttpStatusCode.BadRequest);
        (await calls.ApplyAsync(order, "abc")).ShouldBeBoom(HttpStatusCode.BadRequest);
        (await calls.ApplyAsync(order, new('0', 64))).ShouldBeDescribed(HttpStatusCode.Conflict);
        (await _api.PostAsync("/v1/data/rollback/missing/plan", "{}")).ShouldBeBoom(HttpStatusCode.NotFound);
        (await TransactionsAsync(dataset)).Count.ShouldBe(3);
    }

    /// <summary>Two books; one is edited, the other deleted, and a third made; then the first is edited elsewhere.</summary>
    private async Task<(string Dataset, RollbackCalls Calls)> CreateAsync()
    {
        var dataset = await _api.CreateDatasetAsync();
        await MutateAsync(
            dataset,
            """
            {"create":{"_id":"emma","_type":"book","_createdAt":"2020-01-01T00:00:00Z","title":"Emma","copies":2}},
            {"create":{"_id":"persuasion","_type":"book","_createdAt":"2020-01-01T00:00:00Z","title":"Persuasion"}}
            """,
            "first");
        await MutateAsync(
            dataset,
            """
            {"patch":{"id":"emma","set":{"title":"Emma: A Novel"},"inc":{"copies":1}}},
            {"delete":{"id":"persuasion"}},
            {"create":{"_id":"new","_type":"book"}}
            """,
            "second");
        await MutateAsync(dataset, """{"patch":{"id":"emma","set":{"author":{"name":"Jane"}}}}""", "third");
        return (dataset, new(server.Client, dataset));
    }

    private async Task MutateAsync(string dataset, string mutations, string? id = null) =>
        (await _api.MutateAsync(dataset, mutations, id is null ? "" : $"transactionId={id}")).ShouldBe(HttpStatusCode.OK);

    private async Task<List<string>> TransactionsAsync(string dataset) =>
        (await _api.GetAsync($"/v1/data/history/{dataset}/transactions")).Lines.Select(line => (string)line["id"]!).ToList();

    private async Task<JsonNode?> DocumentAsync(string dataset, string id, string query = "") =>
        (await _api.GetAsync($"/v1/data/history/{dataset}/documents/{id}{query}")).Json["documents"]!.AsArray().SingleOrDefault();
}
