using System.Net;
using System.Text.Json.Nodes;
using EventStore.Server.Tests.Http;
using EventStore.Testing;

namespace EventStore.Server.Tests.Copies;

/// <summary>Copies of datasets, from outside.</summary>
public sealed class CopyTests(TestServer server) : IClassFixture<TestServer>
{
    private readonly Api _api = new(server);
    private readonly CopyCalls _copies = new(server.Client);

    [Fact]
    public async Task A_copy_with_history_is_the_same_log_at_every_sequence()
    {
        var source = await _api.CreateDatasetAsync();
        var revisions = await FillAsync(source, seed: 1);
        var target = CopyCalls.NewName();
        await _copies.CopyAsync(source, new { targetDataset = target });

        (await _copies.LogAsync(target)).ShouldBe(await _copies.LogAsync(source));
        (await _copies.ExportAsync(target)).ShouldBe(await _copies.ExportAsync(source));
        (await _copies.VerifyAsync(target)).ToJsonString().ShouldBe((await _copies.VerifyAsync(source)).ToJsonString());
        foreach (var revision in revisions.Where((_, index) => index % 10 == 0))
        {
            (await _copies.ExportAsync(target, $"?revision={revision}"))
                .ShouldBe(await _copies.ExportAsync(source, $"?revision={revision}"));
        }

        await MutateAsync(target, """{"create":{"_id":"own","_type":"t"}}""");
        (await _copies.VerifyAsync(target))["transactions"]!.GetValue<long>().ShouldBe(revisions.Count + 1);
        (await _copies.ExportAsync(source)).ShouldNotContain("\"own\"");
    }

    [Fact]
    public async Task A_copy_of_the_past_ends_there_and_can_be_written_to()
    {
        var source = await _api.CreateDatasetAsync();
        var revisions = await FillAsync(source, seed: 2);
        foreach (var place in new[] { 0, 7, revisions.Count / 2, revisions.Count - 2 })
        {
            var target = CopyCalls.NewName();
            await _copies.CopyAsync(source, new { targetDataset = target }, $"?revision={revisions[place]}");
            (await _copies.LogAsync(target)).ShouldBe(await _copies.LogAsync(source, $"&toTransaction={revisions[place]}"));
            (await _copies.ExportAsync(target)).ShouldBe(await _copies.ExportAsync(source, $"?revision={revisions[place]}"));
            await _copies.VerifyAsync(target);
            await MutateAsync(target, """{"createOrReplace":{"_id":"d1","_type":"t","after":"the copy"}}""");
            await _copies.VerifyAsync(target);
        }

        var empty = CopyCalls.NewName();
        await _copies.CopyAsync(source, new { targetDataset = empty }, "?time=2001-01-01T00:00:00Z");
        (await _copies.ExportAsync(empty)).ShouldBeEmpty();
        (await _copies.VerifyAsync(empty))["transactions"]!.GetValue<long>().ShouldBe(0);
    }

    [Fact]
    public async Task A_copy_without_history_has_the_documents_alone()
    {
        var source = await _api.CreateDatasetAsync();
        var revisions = await FillAsync(source, seed: 3);
        var (now, then) = (CopyCalls.NewName(), CopyCalls.NewName());
        await _copies.CopyAsync(source, new { targetDataset = now, skipHistory = true });
        await _copies.CopyAsync(source, new { targetDataset = then, skipHistory = true }, $"?revision={revisions[20]}");

        (await _copies.DocumentsAsync(now)).ShouldBe(await _copies.DocumentsAsync(source));
        (await _copies.DocumentsAsync(then)).ShouldBe(await _copies.DocumentsAsync(source, $"?revision={revisions[20]}"));
        (await _copies.VerifyAsync(now))["transactions"]!.GetValue<long>().ShouldBe(1);
        (await _copies.LogAsync(now)).ShouldContain("\"author\":\"root\"");
    }

    [Fact]
    public async Task Documents_of_releases_can_be_left_out()
    {
        var source = await _api.CreateDatasetAsync();
        await MutateAsync(
            source,
            """
            {"create":{"_id":"a","_type":"t"}},{"create":{"_id":"drafts.a","_type":"t"}},{"create":{"_id":"versions.r.a","_type":"t"}},
            {"create":{"_id":"_.releases.r","_type":"system.release"}},{"create":{"_id":"_.other","_type":"system.other"}}
            """);
        foreach (var skipHistory in new[] { false, true })
        {
            var target = CopyCalls.NewName();
            await _copies.CopyAsync(source, new { targetDataset = target, skipHistory, skipContentReleases = true });
            var ids = (await _copies.DocumentsAsync(target)).Select(line => (string)JsonNode.Parse(line)!["_id"]!);
            ids.ShouldBe(["_.other", "a", "drafts.a"]);
            await _copies.VerifyAsync(target);
        }
    }

    [Fact]
    public async Task A_synchronised_dataset_has_the_documents_of_its_source_and_keeps_its_own_log()
    {
        var (source, target) = (await _api.CreateDatasetAsync(), await _api.CreateDatasetAsync());
        var revisions = await FillAsync(source, seed: 4);
        await FillAsync(target, seed: 5);
        await MutateAsync(target, """{"create":{"_id":"own","_type":"t","to":{"_ref":"own2"}}},{"create":{"_id":"own2","_type":"t"}}""");
        var before = await _copies.LogAsync(target);
        foreach (var query in new[] { "", $"?revision={revisions[5]}" })
        {
            await _copies.CopyAsync(source, new { targetDataset = target, sync = true }, query);
            (await _copies.DocumentsAsync(target)).ShouldBe(await _copies.DocumentsAsync(source, query));
            (await _copies.LogAsync(target)).ShouldStartWith(before);
            await _copies.VerifyAsync(target);
        }

        var again = await _copies.LogAsync(target);
        var done = await _copies.CopyAsync(source, new { targetDataset = target, sync = true }, $"?revision={revisions[5]}");
        ((string)done["message"]!).ShouldBe("0 documents written, 0 deleted");
        (await _copies.LogAsync(target)).ShouldBe(again);
    }

    [Fact]
    public async Task The_contents_of_assets_come_along_and_outlive_their_source()
    {
        var source = await _api.CreateDatasetAsync();
        var contents = Enumerable.Range(0, 5).Select(number => new string((char)('a' + number), 50_000 * number + 1)).ToList();
        var paths = new List<string>();
        foreach (var content in contents)
        {
            var uploaded = (await _api.PostAsync($"/v1/assets/files/{source}?filename=a.txt", content)).ShouldBe(HttpStatusCode.OK);
            paths.Add((string)uploaded.Json["document"]!["path"]!);
        }

        var (logged, plain, synced) = (CopyCalls.NewName(), CopyCalls.NewName(), await _api.CreateDatasetAsync());
        await _copies.CopyAsync(source, new { targetDataset = logged });
        await _copies.CopyAsync(source, new { targetDataset = plain, skipHistory = true });
        await _copies.CopyAsync(source, new { targetDataset = synced, sync = true });
        (await server.Client.DeleteAsync($"/v1/datasets/{source}")).EnsureSuccessStatusCode();
        foreach (var target in new[] { logged, plain, synced })
        {
            foreach (var (path, content) in paths.Zip(contents))
            {
                var there = path.Replace($"/{source}/", $"/{target}/", StringComparison.Ordinal);
                (await server.Client.GetStringAsync($"/{there}")).ShouldBe(content);
            }
        }
    }

    [Fact]
    public async Task Copies_are_listed_in_both_spellings()
    {
        var (source, other) = (await _api.CreateDatasetAsync(), await _api.CreateDatasetAsync());
        var jobs = new List<string>();
        foreach (var dataset in new[] { source, source, other })
        {
            var job = await _copies.BeginAsync(dataset, new { targetDataset = CopyCalls.NewName() });
            await _copies.EndOfAsync(job);
            jobs.Insert(0, job);
        }

        (await IdsAsync("/v1/datasets/copy?limit=3")).ShouldBe(jobs);
        (await IdsAsync($"/v1/projects/{TestServer.ProjectId}/datasets/copy?limit=2&offset=1")).ShouldBe(jobs[1..]);
        (await IdsAsync($"/v1/datasets/{source}/copy")).ShouldBe(jobs[1..]);
        (await IdsAsync($"/v1/projects/{TestServer.ProjectId}/datasets/{source}/copy?state=completed,failed&limit=1"))
            .ShouldBe([jobs[1]]);
        (await IdsAsync($"/v1/datasets/{source}/copy?state=failed")).ShouldBeEmpty();
        (await IdsAsync("/v1/jobs?kind=dataset.copy&limit=1")).ShouldBe([jobs[0]]);
        var entry = (await _api.GetAsync($"/v1/datasets/{other}/copy")).Json[0]!;
        ((string)entry["sourceDataset"]!).ShouldBe(other);
        ((bool)entry["withHistory"]!).ShouldBeTrue();
    }

    [Fact]
    public async Task What_cannot_be_copied_is_refused_and_leaves_nothing()
    {
        var source = await _api.CreateDatasetAsync();
        var taken = await _api.CreateDatasetAsync();
        (string Body, HttpStatusCode Status, string Query)[] refusals =
        [
            ("{}", HttpStatusCode.BadRequest, ""),
            ("""{"targetDataset":7}""", HttpStatusCode.BadRequest, ""),
            ("""{"targetDataset":"Not A Name"}""", HttpStatusCode.BadRequest, ""),
            ("""{"targetDataset":"x1","skipHistory":"yes"}""", HttpStatusCode.BadRequest, ""),
            ("""{"targetDataset":"x1","aclMode":"open"}""", HttpStatusCode.BadRequest, ""),
            ("[]", HttpStatusCode.BadRequest, ""),
            ($$"""{"targetDataset":"{{taken}}"}""", HttpStatusCode.Conflict, ""),
            ($$"""{"targetDataset":"{{source}}"}""", HttpStatusCode.Conflict, ""),
            ($$"""{"targetDataset":"{{source}}","sync":true}""", HttpStatusCode.BadRequest, ""),
            ("""{"targetDataset":"x1","sync":true}""", HttpStatusCode.NotFound, ""),
            ("""{"targetDataset":"x1"}""", HttpStatusCode.NotFound, "?revision=unknown"),
            ("""{"targetDataset":"x1"}""", HttpStatusCode.BadRequest, "?time=yesterday"),
            ("""{"targetDataset":"x1"}""", HttpStatusCode.BadRequest, "?time=2025-01-01T00:00:00Z&revision=r"),
        ];
        foreach (var (body, status, query) in refusals)
        {
            (await _api.SendAsync(HttpMethod.Put, $"/v1/datasets/{source}/copy{query}", body)).ShouldBeBoom(status);
        }

        (await _api.SendAsync(HttpMethod.Put, "/v1/datasets/missing/copy", """{"targetDataset":"x1"}"""))
            .ShouldBeBoom(HttpStatusCode.NotFound);
        (await IdsAsync($"/v1/datasets/{source}/copy")).ShouldBeEmpty();
        (await _copies.StatusAsync("/v1/datasets/x1")).ShouldBe(HttpStatusCode.NotFound);
        foreach (var query in new[] { "state=done", "limit=0", "limit=100000", "offset=-1", "limit=x" })
        {
            (await _api.GetAsync($"/v1/datasets/{source}/copy?{query}")).ShouldBeBoom(HttpStatusCode.BadRequest);
        }
    }

    [Fact]
    public async Task Whoever_knows_a_jobs_id_may_listen_to_it_and_is_told_its_end_at_once()
    {
        var source = await _api.CreateDatasetAsync();
        await FillAsync(source, seed: 6);
        var job = await _copies.BeginAsync(source, new { targetDataset = CopyCalls.NewName() });
        using var nobody = server.CreateAnonymousClient();
        for (var time = 0; time < 2; time++)
        {
            using var answer = await nobody.GetAsync($"/v1/jobs/{job}/listen", HttpCompletionOption.ResponseHeadersRead);
            answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
            using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
            (await reader.ReadLineAsync()).ShouldBe("event: welcome");
            (await reader.ReadLineAsync())!.ShouldStartWith("data: {\"listener_id\":");
            JsonNode state;
            do
            {
                (await reader.ReadLineAsync()).ShouldBe("");
                (await reader.ReadLineAsync()).ShouldBe("event: job");
                state = JsonNode.Parse((await reader.ReadLineAsync())!["data: ".Length..])!;
                ((string)state["job_id"]!).ShouldBe(job);
                ((int)state["progress"]!).ShouldBeInRange(0, 100);
            }
            while ((string)state["state"]! != "completed");
            ((int)state["progress"]!).ShouldBe(100);
        }

        (await _api.AnonymousAsync($"/v1/jobs/{job}")).ShouldBeBoom(HttpStatusCode.Unauthorized);
        (await _api.AnonymousAsync("/v1/jobs/unknown/listen")).ShouldBeBoom(HttpStatusCode.NotFound);
        (await _api.PostAsync($"/v1/jobs/{job}/cancel", "")).ShouldBeBoom(HttpStatusCode.Conflict);
        (await _api.PostAsync("/v1/jobs/unknown/cancel", "")).ShouldBeBoom(HttpStatusCode.NotFound);
    }

    /// <summary>Some transactions on few documents, with all that a log can hold; returns their ids.</summary>
    private async Task<List<string>> FillAsync(string dataset, int seed)
    {
        var random = new Random(seed);
        var revisions = new List<string>();
        for (var number = 0; number < 60; number++)
        {
            var id = $"d{random.Next(12)}";
            var text = new string((char)('a' + random.Next(26)), random.Next(400));
            var mutation = random.Next(6) switch
            {
                0 => $$$"""{"delete":{"id":"{{{id}}}"}}""",
                1 => $$$"""{"createIfNotExists":{"_id":"{{{id}}}","_type":"t"}},"""
                    + $$$"""{"patch":{"id":"{{{id}}}","set":{"more":"{{{text}}}"} } }""",
                2 => $$$"""{"createOrReplace":{"_id":"{{{id}}}","_type":"t","to":{"_type":"reference","_ref":"base"} } }""",
                _ => $$$"""{"createOrReplace":{"_id":"{{{id}}}","_type":"t","n":{{{number}}},"text":"{{{text}}}"}}""",
            };
            var transaction = $$$"""{"createIfNotExists":{"_id":"base","_type":"t"}},{{{mutation}}}""";
            revisions.Add((string)(await MutateAsync(dataset, transaction)).Json["transactionId"]!);
        }

        return revisions;
    }

    private async Task<Answer> MutateAsync(string dataset, string mutations) =>
        (await _api.MutateAsync(dataset, mutations)).ShouldBe(HttpStatusCode.OK);

    private async Task<List<string>> IdsAsync(string path) =>
        (await _api.GetAsync(path)).ShouldBe(HttpStatusCode.OK).Json.AsArray().Select(job => (string)job!["id"]!).ToList();
}
