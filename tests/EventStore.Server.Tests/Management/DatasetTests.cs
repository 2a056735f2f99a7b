using System.Net;
using EventStore.Server.Tests.Http;
using EventStore.Testing;

namespace EventStore.Server.Tests.Management;

/// <summary>Datasets and their aliases, in both spellings of the path.</summary>
public sealed class DatasetTests(TestServer server) : IClassFixture<TestServer>
{
    private static readonly string[] Prefixes = ["/v1/datasets", $"/v1/projects/{TestServer.ProjectId}/datasets"];

    private readonly Api _api = new(server);

    [Fact]
    public async Task A_dataset_is_created_shown_changed_and_deleted_in_both_spellings()
    {
        foreach (var prefix in Prefixes)
        {
            var path = $"{prefix}/whole";
            (await PutAsync(path, """{"aclMode":"custom","description":"For tests"}""")).ShouldBe(HttpStatusCode.OK)
                .Text.ShouldBe("""{"datasetName":"whole","aclMode":"custom","description":"For tests"}""");
            (await PutAsync(path, "{}")).ShouldBeBoom(HttpStatusCode.Conflict);
            var shown = (await _api.GetAsync(path)).ShouldBe(HttpStatusCode.OK).Json;
            ((string)shown["name"]!).ShouldBe("whole");
            ((string)shown["createdByUserId"]!).ShouldBe("root");
            ((string)shown["datasetProfile"]!).ShouldBe("content");
            shown["tags"]!.AsArray().ShouldBeEmpty();
            (await _api.GetAsync(prefix)).Json.AsArray().Single(dataset => (string)dataset!["name"]! == "whole")!
                .ToJsonString().ShouldBe(shown.ToJsonString());

            (await PatchAsync(path, """{"aclMode":"public"}""")).ShouldBe(HttpStatusCode.OK)
                .Text.ShouldBe("""{"datasetName":"whole","aclMode":"public","description":"For tests"}""");
            (await PatchAsync(path, """{"description":""}""")).ShouldBe(HttpStatusCode.OK)
                .Text.ShouldBe("""{"datasetName":"whole","aclMode":"public","description":null}""");
            (await _api.AnonymousAsync("/v1/data/doc/whole/a")).ShouldBe(HttpStatusCode.OK);
            (await PatchAsync(path, """{"aclMode":"private"}""")).ShouldBe(HttpStatusCode.OK);
            (await _api.AnonymousAsync("/v1/data/doc/whole/a")).ShouldBe(HttpStatusCode.Unauthorized);

            (await DeleteAsync(path)).Text.ShouldBe("""{"deleted":true}""");
            (await _api.GetAsync(path)).ShouldBeBoom(HttpStatusCode.NotFound);
            (await DeleteAsync(path)).ShouldBeBoom(HttpStatusCode.NotFound);
            (await PatchAsync(path, "{}")).ShouldBeBoom(HttpStatusCode.NotFound);
        }

        (await _api.GetAsync($"{Prefixes[0]}?datasetProfile=comments&addonFor=production")).Text.ShouldBe("[]");
        (await _api.GetAsync($"{Prefixes[0]}?datasetProfile=content")).Json.AsArray().ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_name_is_free_again_at_once_and_the_new_dataset_knows_nothing_of_the_old()
    {
        for (var round = 0; round < 5; round++)
        {
            (await PutAsync("/v1/datasets/phoenix", "{}")).ShouldBe(HttpStatusCode.OK);
            (await _api.GetAsync("/v1/data/history/phoenix/transactions")).ShouldBe(HttpStatusCode.OK).Text.ShouldBeEmpty();
            (await _api.MutateAsync("phoenix", $$$"""{"create":{"_id":"same","_type":"t","round":{{{round}}}}}"""))
                .ShouldBe(HttpStatusCode.OK);
            (await _api.GetAsync("/v1/data/export/phoenix")).Lines.ShouldHaveSingleItem()["round"]!.GetValue<int>().ShouldBe(round);
            (await DeleteAsync("/v1/datasets/phoenix")).ShouldBe(HttpStatusCode.OK);
            (await _api.MutateAsync("phoenix", """{"create":{"_type":"t"}}""")).ShouldBe(HttpStatusCode.NotFound);
        }
    }

    [Fact]
    public async Task Of_many_who_create_or_delete_one_dataset_one_does()
    {
        var created = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => PutAsync("/v1/datasets/wanted", "{}")));
        created.Select(answer => answer.Status).Order().ShouldBe(
            Enumerable.Repeat(HttpStatusCode.Conflict, 11).Prepend(HttpStatusCode.OK));
        var deleted = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => DeleteAsync("/v1/datasets/wanted")));
        deleted.Select(answer => answer.Status).Order().ShouldBe(
            Enumerable.Repeat(HttpStatusCode.NotFound, 11).Prepend(HttpStatusCode.OK));
        var actions = (await _api.GetAsync($"/v1/projects/{TestServer.ProjectId}/activity?limit=1000")).Json["data"]!.AsArray()
            .Where(entry => (string)entry!["subject"]! == "wanted").Select(entry => (string)entry!["action"]!);
        actions.ShouldBe(["dataset.delete", "dataset.create"]);
    }

    [Theory]
    [InlineData("Upper", "{}", "dataset")]
    [InlineData("end-", "{}", "dataset")]
    [InlineData("~alias", "{}", "dataset")]
    [InlineData("bad", """{"aclMode":"open"}""", "aclMode")]
    [InlineData("bad", """{"aclMode":1}""", "aclMode")]
    [InlineData("bad", """{"description":{}}""", "description")]
    [InlineData("bad", "[]", "body")]
    public async Task Bad_fields_are_named(string name, string body, string field)
    {
        (await PutAsync($"/v1/datasets/{name}", body)).ShouldBeBoom(HttpStatusCode.BadRequest).Text.ShouldContain(field);
        if (field is "aclMode" or "description")
        {
            (await PatchAsync("/v1/datasets/production", body)).ShouldBeBoom(HttpStatusCode.BadRequest).Text.ShouldContain(field);
        }
    }

    [Fact]
    public async Task An_alias_stands_for_its_dataset_in_data_calls()
    {
        var first = await _api.CreateDatasetAsync();
        var second = await _api.CreateDatasetAsync();
        await _api.MutateAsync(first, """{"create":{"_id":"in-first","_type":"t"}}""");
        (await PutAsync("/v1/aliases/current", $$"""{"datasetName":"{{first}}"}""")).ShouldBe(HttpStatusCode.OK)
            .Text.ShouldBe($$"""{"aliasName":"current","datasetName":"{{first}}"}""");
        (await PutAsync("/v1/aliases/~current", "{}")).ShouldBeBoom(HttpStatusCode.Conflict);
        (await _api.GetAsync("/v1/data/export/~current")).Text.ShouldContain("in-first");
        (await _api.GetAsync("/v1/datasets/~current")).Json["name"]!.GetValue<string>().ShouldBe(first);

        (await PatchAsync("/v1/aliases/current", $$"""{"datasetName":"{{second}}"}""")).ShouldBe(HttpStatusCode.OK);
        (await _api.MutateAsync("~current", """{"create":{"_id":"in-second","_type":"t"}}""")).ShouldBe(HttpStatusCode.OK);
        (await _api.GetAsync($"/v1/data/export/{second}")).Text.ShouldContain("in-second");

        // A dataset that is to be changed or deleted must be named itself.
        (await DeleteAsync("/v1/datasets/~current")).ShouldBeBoom(HttpStatusCode.BadRequest);
        (await PatchAsync("/v1/datasets/~current", "{}")).ShouldBeBoom(HttpStatusCode.BadRequest);

        (await PatchAsync("/v1/aliases/current/unlink", "{}")).ShouldBe(HttpStatusCode.OK)
            .Text.ShouldBe($$"""{"aliasName":"current","datasetName":"{{second}}"}""");
        (await _api.GetAsync("/v1/data/export/~current")).Status.ShouldBe(HttpStatusCode.NotFound);
        await PatchAsync("/v1/aliases/current", $$"""{"datasetName":"{{first}}"}""");
        await DeleteAsync($"/v1/datasets/{first}");
        ListedAliases(await _api.GetAsync("/v1/aliases")).ShouldBe([("current", null)]);
        (await PutAsync($"/v1/datasets/{first}", "{}")).ShouldBe(HttpStatusCode.OK);
        (await _api.GetAsync("/v1/data/export/~current")).Status.ShouldBe(HttpStatusCode.NotFound, "the alias knew another dataset");
        (await DeleteAsync("/v1/aliases/current")).ShouldBe(HttpStatusCode.OK);
        (await DeleteAsync("/v1/aliases/current")).ShouldBeBoom(HttpStatusCode.NotFound);

        (await PutAsync("/v1/aliases/Bad", "{}")).ShouldBeBoom(HttpStatusCode.BadRequest).Text.ShouldContain("alias");
        (await PutAsync("/v1/aliases/good", """{"datasetName":"none"}""")).ShouldBeBoom(HttpStatusCode.NotFound)
            .Text.ShouldContain("datasetName");
        (await PutAsync("/v1/aliases/good", """{"datasetName":5}""")).ShouldBeBoom(HttpStatusCode.BadRequest)
            .Text.ShouldContain("datasetName");
        (await PatchAsync("/v1/aliases/none", $$"""{"datasetName":"{{second}}"}""")).ShouldBeBoom(HttpStatusCode.NotFound);
        (await PatchAsync("/v1/aliases/none", "{}")).ShouldBeBoom(HttpStatusCode.BadRequest).Text.ShouldContain("datasetName");
        (await PatchAsync("/v1/aliases/none/unlink", "{}")).ShouldBeBoom(HttpStatusCode.NotFound);
    }

    private static List<(string, string?)> ListedAliases(Answer answer) => answer.ShouldBe(HttpStatusCode.OK).Json.AsArray()
        .Select(alias => ((string)alias!["name"]!, (string?)alias["datasetName"])).ToList();

    private Task<Answer> PutAsync(string path, string body) => _api.SendAsync(HttpMethod.Put, path, body);

    private Task<Answer> PatchAsync(string path, string body) => _api.SendAsync(HttpMethod.Patch, path, body);

    private async Task<Answer> DeleteAsync(string path) => await Answer.ReadAsync(await _api.Client.DeleteAsync(path));
}
