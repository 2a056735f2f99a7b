using System.Net;
using System.Text.Json.Nodes;
using EventStore.Testing;

namespace EventStore.Server.Tests.Http;

/// <summary>What the mutate endpoint answers.</summary>
[Collection(HttpCollection.Name)]
public sealed class MutateTests(TestServer server)
{
    private readonly Api _api = new(server);

    [Fact]
    public async Task Results_are_in_order_of_first_mention_with_operations_and_documents()
    {
        var dataset = await _api.CreateDatasetAsync();
        await _api.MutateAsync(dataset, """{"create":{"_id":"kept","_type":"t"}},{"create":{"_id":"gone","_type":"t","n":1}}""");
        var answer = await _api.MutateAsync(
            dataset,
            """
            {"createIfNotExists":{"_id":"kept","_type":"other"}},
            {"delete":{"id":"gone"}},
            {"create":{"_id":"drafts.","_type":"t"}},
            {"delete":{"id":"never"}},
            {"createOrReplace":{"_id":"new","_type":"t"}},
            {"patch":{"id":"new","set":{"n":1.50}}}
            """,
            "returnIds=true&returnDocuments=true&visibility=async&transactionId=tx-1&tag=a.b-c_d");
        answer.ShouldBe(HttpStatusCode.OK).ContentType.ShouldBe("application/json");
        ((string)answer.Json["transactionId"]!).ShouldBe("tx-1");
        var results = answer.Json["results"]!.AsArray();
        results.Select(result => (string)result!["operation"]!).ShouldBe(["none", "delete", "create", "none", "create"]);
        results.Select(result => (string)result!["id"]!).Where(id => !id.StartsWith("drafts.", StringComparison.Ordinal))
            .ShouldBe(["kept", "gone", "never", "new"]);
        ((string)results[0]!["document"]!["_type"]!).ShouldBe("t");
        ((int)results[1]!["document"]!["n"]!).ShouldBe(1);
        ((string)results[2]!["id"]!).Length.ShouldBeGreaterThan("drafts.".Length + 20);
        results[3]!.AsObject().ContainsKey("document").ShouldBeFalse();
        ((string)results[4]!["document"]!["_rev"]!).ShouldBe("tx-1");
        answer.Text.ShouldContain("\"n\":1.50");
    }

    [Fact]
    public async Task Options_may_be_in_query_or_body()
    {
        var dataset = await _api.CreateDatasetAsync();
        const string create = """{"create":{"_id":"x","_type":"t","items":[{"a":1}]}}""";
        var dry = await _api.PostAsync(
            $"/v1/data/mutate/{dataset}",
            $$"""{"mutations":[{{create}}],"dryRun":true,"returnDocuments":true,"autoGenerateArrayKeys":true,"unknown":[1]}""");
        dry.ShouldBe(HttpStatusCode.OK).Json["results"]![0]!["document"]!["items"]![0]!["_key"].ShouldNotBeNull();
        (await _api.GetAsync($"/v1/data/doc/{dataset}/x")).Json["documents"]!.AsArray().ShouldBeEmpty();
        (await _api.PostAsync($"/v1/data/mutate/{dataset}?dryRun=true", $$"""{"mutations":[{{create}}],"dryRun":false}"""))
            .ShouldBe(HttpStatusCode.OK);
        (await _api.GetAsync($"/v1/data/doc/{dataset}/x")).Json["documents"]!.AsArray().ShouldBeEmpty();

        var real = await _api.PostAsync($"/v1/data/mutate/{dataset}", $$"""{"mutations":[{{create}}],"transactionId":"mine"}""");
        ((string)real.Json["transactionId"]!).ShouldBe("mine");
        var quiet = await _api.MutateAsync(dataset, """{"patch":{"id":"x","set":{"n":1}}}""", "returnIds=false");
        JsonNode.DeepEquals(quiet.Json["results"], JsonNode.Parse("""[{"operation":"update"}]""")).ShouldBeTrue(quiet.Text);
        ((string)quiet.Json["transactionId"]!).ShouldMatch("^[A-Za-z0-9]{22}$");
    }

    [Fact]
    public async Task Every_error_type_has_its_status_and_extras()
    {
        var dataset = await _api.CreateDatasetAsync();
        await _api.MutateAsync(
            dataset,
            """{"create":{"_id":"a","_type":"t"}},{"create":{"_id":"b","_type":"t","to":{"_type":"reference","_ref":"a"}}}""",
            "transactionId=first");

        async Task ExpectAsync(HttpStatusCode status, string type, string mutation, params (string Name, string Value)[] extras)
        {
            var answer = (await _api.MutateAsync(dataset, mutation)).ShouldBeDescribed(status);
            ((string)answer.Json["error"]!["type"]!).ShouldBe("mutationError");
            ((string)answer.Json["error"]!["description"]!).ShouldBe("Mutation(s) failed with 1 error(s)");
            var item = answer.Json["error"]!["items"]![0]!;
            ((int)item["index"]!).ShouldBe(0);
            ((string)item["error"]!["type"]!).ShouldBe(type);
            ((string)item["error"]!["description"]!).ShouldNotBeEmpty();
            foreach (var (name, value) in extras)
            {
                item["error"]![name]!.ToJsonString().ShouldBe(value, answer.Text);
            }
        }

        await ExpectAsync(
            HttpStatusCode.Conflict, "documentAlreadyExistsError", """{"create":{"_id":"a","_type":"t"}}""", ("id", "\"a\""));
        await ExpectAsync(
            HttpStatusCode.Conflict,
            "documentRevisionIDDoesNotMatchError",
            """{"patch":{"id":"a","ifRevisionID":"other","unset":["x"]}}""",
            ("id", "\"a\""),
            ("expectedRevisionID", "\"other\""),
            ("currentRevisionID", "\"first\""));
        await ExpectAsync(
            HttpStatusCode.NotFound, "documentNotFoundError", """{"patch":{"id":"none","set":{"x":1}}}""", ("id", "\"none\""));
        await ExpectAsync(
            HttpStatusCode.Conflict,
            "documentHasExistingReferencesError",
            """{"delete":{"id":"a"}}""",
            ("id", "\"a\""),
            ("referencingIDs", "[\"b\"]"));
        await ExpectAsync(
            HttpStatusCode.Conflict,
            "documentReferenceDoesNotExistError",
            """{"create":{"_id":"c","_type":"t","to":{"_ref":"nowhere"}}}""",
            ("id", "\"c\""),
            ("referenceID", "\"nowhere\""));
        await ExpectAsync(HttpStatusCode.BadRequest, "validationError", """{"create":{"_id":"no..good","_type":"t"}}""");
        await ExpectAsync(HttpStatusCode.BadRequest, "validationError", """{"create":{"_id":"x"}}""");
        await ExpectAsync(HttpStatusCode.BadRequest, "validationError", """{"patch":{"id":"a","set":{"[":1}}}""");

        var reuse = await _api.MutateAsync(dataset, """{"delete":{"id":"q"}}""", "transactionId=first");
        reuse.ShouldBeDescribed(HttpStatusCode.Conflict);
        ((string)reuse.Json["error"]!["type"]!).ShouldBe("transactionAlreadyExistsError");

        // Nothing of a refused transaction is done.
        await ExpectAsync(
            HttpStatusCode.NotFound,
            "documentNotFoundError",
            """{"patch":{"id":"none","unset":["x"]}},{"create":{"_id":"z","_type":"t"}}""");
        (await _api.GetAsync($"/v1/data/doc/{dataset}/z")).Json["documents"]!.AsArray().ShouldBeEmpty();
        (await _api.GetAsync($"/v1/data/history/{dataset}/transactions")).Lines.Count.ShouldBe(1);
    }

    [Fact]
    public async Task References_are_checked_after_the_whole_transaction()
    {
        var dataset = await _api.CreateDatasetAsync();
        const string pointer = """{"create":{"_id":"p","_type":"t","to":{"_ref":"q"}}}""";
        (await _api.MutateAsync(dataset, pointer + """,{"create":{"_id":"q","_type":"t"}}""")).ShouldBe(HttpStatusCode.OK);
        (await _api.MutateAsync(dataset, """{"delete":{"id":"q"}},{"delete":{"id":"p"}}""")).ShouldBe(HttpStatusCode.OK);
        var weak = """{"create":{"_id":"p","_type":"t","to":{"_ref":"q","_weak":true}}}""";
        (await _api.MutateAsync(dataset, weak)).ShouldBe(HttpStatusCode.OK);
        (await _api.MutateAsync(dataset, """{"patch":{"id":"p","unset":["to._weak"]}}""")).ShouldBeDescribed(HttpStatusCode.Conflict)
            .ErrorType.ShouldBe("documentReferenceDoesNotExistError");
    }

    [Fact]
    public async Task The_first_failed_mutation_decides_the_status()
    {
        var dataset = await _api.CreateDatasetAsync();
        await _api.MutateAsync(dataset, """{"create":{"_id":"a","_type":"t"}}""");
        const string missing = """{"patch":{"id":"none","set":{"x":1}}}""";
        const string taken = """{"create":{"_id":"a","_type":"t"}}""";
        (await _api.MutateAsync(dataset, $"{missing},{taken}")).ShouldBeDescribed(HttpStatusCode.NotFound);
        (await _api.MutateAsync(dataset, $"{taken},{missing}")).ShouldBeDescribed(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task Without_a_token_nothing_is_written()
    {
        const string body = """{"mutations":[{"create":{"_type":"t"}}]}""";
        var open = await _api.CreateDatasetAsync("public");
        var denied = (await _api.AnonymousAsync($"/v1/data/mutate/{open}", body)).ShouldBeDescribed(HttpStatusCode.Forbidden);
        denied.ErrorType.ShouldBe("insufficientPermissionsError");
        denied.Text.ShouldContain("Insufficient permissions; permission \\\"create\\\" required");
        var closed = await _api.CreateDatasetAsync();
        (await _api.AnonymousAsync($"/v1/data/mutate/{closed}", body)).ShouldBeBoom(HttpStatusCode.Unauthorized)
            .Text.ShouldContain("SIO-401-ANF");
    }
}
