using System.Net;
using System.Text.Json.Nodes;
using EventStore.Server.Tests.Http;
using EventStore.Testing;

namespace EventStore.Server.Tests.Access;

/// <summary>Who may write what, and that writing is no way to read.</summary>
public sealed class WritingTests(TestServer server) : IClassFixture<TestServer>
{
    private static readonly string[] Mutations =
    [
        """{"create":{"_id":"ID","_type":"t"}}""", """{"createOrReplace":{"_id":"ID","_type":"t"}}""",
        """{"createIfNotExists":{"_id":"ID","_type":"t"}}""", """{"patch":{"id":"ID","set":{"n":1}}}""", """{"delete":{"id":"ID"}}""",
    ];

    [Fact]
    public async Task Contributors_write_drafts_and_versions_and_nothing_else()
    {
        var stage = await Stage.CreateAsync(server);
        foreach (var dataset in new[] { Stage.Open, Stage.Closed })
        {
            foreach (var id in new[] { "drafts.new", "versions.r1.new", "drafts.deep.new" })
            {
                foreach (var mutation in Mutations)
                {
                    (await stage.MutateAsync("contributor", dataset, mutation.Replace("ID", id))).ShouldBe(HttpStatusCode.OK);
                }
            }

            foreach (var id in new[] { "a", "new", "a.b", "_.system", "draftsx", "x.drafts.a" })
            {
                foreach (var mutation in Mutations)
                {
                    var answer = await stage.MutateAsync("contributor", dataset, mutation.Replace("ID", id));
                    var isPatch = mutation.Contains("patch") || mutation.Contains("delete");
                    ExpectRefusal(answer, 0, isPatch ? "update" : "create", id);
                }
            }

            // Without an id the document would be a published one; and one refused mutation refuses all.
            ExpectRefusal(await stage.MutateAsync("contributor", dataset, """{"create":{"_type":"t"}}"""), 0, "create", null);
            ExpectRefusal(
                await stage.MutateAsync(
                    "contributor",
                    dataset,
                    """{"create":{"_id":"drafts.half","_type":"t"}},{"delete":{"id":"drafts.a"}},{"delete":{"id":"a"}}"""),
                2, "update", "a");
            (await stage.GetAsync("viewer", $"/data/doc/{dataset}/drafts.half")).Json["documents"]!.AsArray().ShouldBeEmpty();
            (await stage.GetAsync("viewer", $"/data/doc/{dataset}/drafts.a")).Json["documents"]!.AsArray().Count.ShouldBe(1);
            (await stage.GetAsync("viewer", $"/data/doc/{dataset}/a")).Json["documents"]!.AsArray().Count.ShouldBe(1);
        }
    }

    [Fact]
    public async Task Writing_is_no_way_to_read()
    {
        var stage = await Stage.CreateAsync(server);
        await stage.CreateRoleAsync(
            "inbox", """ "documents":[{"filter":"_id in path(\"a\") || _id in path(\"inbox.**\")","permissions":["create","update"]}] """);
        var secret = (await stage.MutateAsync("editor", Stage.Closed, """{"patch":{"id":"a","set":{"secret":"hidden"}}}"""))
            .ShouldBe(HttpStatusCode.OK);
        var revision = (string)secret.Json["transactionId"]!;

        foreach (var mutation in new[]
        {
            """{"createIfNotExists":{"_id":"a","_type":"t"}}""", """{"patch":{"id":"a","set":{"n":9}}}""",
            """{"createOrReplace":{"_id":"a","_type":"t","secret":"hidden"}}""",
        })
        {
            var answer = (await stage.MutateAsync("inbox", Stage.Closed, mutation, "returnDocuments=true")).ShouldBe(HttpStatusCode.OK);
            answer.Text.ShouldNotContain("hidden");
            answer.Json["results"]![0]!["document"].ShouldBeNull();
        }

        var conflict = await stage.MutateAsync("inbox", Stage.Closed, """{"patch":{"id":"a","ifRevisionID":"guess","set":{"n":1}}}""");
        conflict.ShouldBe(HttpStatusCode.Conflict).ErrorType.ShouldBe("documentRevisionIDDoesNotMatchError");
        conflict.Text.ShouldNotContain(revision);
        conflict.Text.ShouldNotContain("currentRevisionID");

        (await stage.MutateAsync(
            "editor",
            Stage.Closed,
            """{"create":{"_id":"private-one","_type":"t","to":{"_ref":"a"}}},{"create":{"_id":"inbox.x","_type":"t"}}"""))
            .ShouldBe(HttpStatusCode.OK);
        var referred = await stage.MutateAsync("inbox", Stage.Closed, """{"delete":{"id":"a"}}""");
        referred.ShouldBe(HttpStatusCode.Conflict).ErrorType.ShouldBe("documentHasExistingReferencesError");
        referred.Text.ShouldNotContain("private-one");
        (await stage.MutateAsync("editor", Stage.Closed, """{"delete":{"id":"a"}}""")).Text.ShouldContain("private-one");

        (await stage.GetAsync("inbox", $"/data/doc/{Stage.Closed}/a")).ShouldBeBoom(HttpStatusCode.Forbidden);
        var outside = await stage.MutateAsync("inbox", Stage.Closed, """{"create":{"_id":"outbox.a","_type":"t"}}""");
        ExpectRefusal(outside, 0, "create", "outbox.a");
    }

    [Fact]
    public async Task What_a_token_writes_has_its_robot_as_author()
    {
        var stage = await Stage.CreateAsync(server);
        (await stage.MutateAsync("editor", Stage.Closed, """{"create":{"_id":"b","_type":"t"}}""")).ShouldBe(HttpStatusCode.OK);
        var line = (await stage.GetAsync("viewer", $"/data/history/{Stage.Closed}/transactions/b"))
            .ShouldBe(HttpStatusCode.OK).Lines.Single();
        ((string)line["author"]!).ShouldBe(stage.TokenId("editor"));

        // The name stays when the token is gone, for those who may know the members.
        var path = $"/v1/users/{stage.TokenId("editor")}";
        await stage.AsRootAsync(HttpMethod.Delete, $"/v1/access/project/{stage.ProjectId}/robots/{stage.TokenId("editor")}");
        var user = (await stage.SendAsync(await stage.TokenAsync("viewer"), HttpMethod.Get, path)).ShouldBe(HttpStatusCode.OK).Json;
        ((string)user["displayName"]!).ShouldBe("editor");
        (await stage.SendAsync(await stage.TokenAsync("deploy-studio"), HttpMethod.Get, path)).ShouldBeBoom(HttpStatusCode.NotFound);
    }

    private static void ExpectRefusal(Answer answer, int index, string permission, string? id)
    {
        answer.ShouldBe(HttpStatusCode.Forbidden);
        ((string)answer.Json["error"]!["type"]!).ShouldBe("mutationError");
        JsonNode item = answer.Json["error"]!["items"]![0]!;
        ((int)item["index"]!).ShouldBe(index);
        ((string)item["error"]!["type"]!).ShouldBe("insufficientPermissionsError");
        ((string)item["error"]!["permission"]!).ShouldBe(permission);
        ((string)item["error"]!["description"]!).ShouldBe($"Insufficient permissions; permission \"{permission}\" required");
        if (id is not null)
        {
            ((string)item["error"]!["id"]!).ShouldBe(id);
        }
    }
}
