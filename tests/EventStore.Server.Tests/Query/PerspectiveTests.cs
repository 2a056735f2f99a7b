using System.Net;
using EventStore.Server.Tests.Http;
using EventStore.Testing;

namespace EventStore.Server.Tests.Query;

/// <summary>Layers of versions, one over the other.</summary>
[Collection(HttpCollection.Name)]
public sealed class PerspectiveTests(TestServer server)
{
    private readonly Api _api = new(server);

    [Fact]
    public async Task Releases_lie_over_drafts_and_these_over_what_is_published()
    {
        var dataset = await _api.CreateDatasetAsync();
        (await _api.MutateAsync(
            dataset,
            """
            {"create":{"_id":"a","_type":"t","n":1}},{"create":{"_id":"drafts.a","_type":"t","n":2}},
            {"create":{"_id":"versions.r1.a","_type":"t","n":3}},{"create":{"_id":"versions.r2.a","_type":"t","n":4}},
            {"create":{"_id":"b","_type":"t","n":5,"_originalId":"x"}},
            {"create":{"_id":"versions.r2.b","_type":"t","_system":{"delete":true}}},
            {"create":{"_id":"versions.r1.c","_type":"t","n":6}},
            {"create":{"_id":"d","_type":"t","to":{"_type":"reference","_ref":"c","_weak":true}}},
            {"create":{"_id":"e.f","_type":"t","n":7}}
            """)).ShouldBe(HttpStatusCode.OK);
        const string Query = "*{_id, _originalId, n, \"to\": to->n}";
        (await _api.ResultAsync(dataset, Query, "perspective=r1")).ShouldBe(
            """
            [{"_id":"a","_originalId":"versions.r1.a","n":3,"to":null},{"_id":"b","_originalId":"b","n":5,"to":null},
            {"_id":"c","_originalId":"versions.r1.c","n":6,"to":null},{"_id":"d","_originalId":"d","n":null,"to":6},
            {"_id":"e.f","_originalId":"e.f","n":7,"to":null}]
            """.ReplaceLineEndings(""));
        (await _api.ResultAsync(dataset, "*{_id, n}", "perspective=r2,r1,drafts")).ShouldBe(
            """[{"_id":"a","n":4},{"_id":"c","n":6},{"_id":"d","n":null},{"_id":"e.f","n":7}]""");
        (await _api.ResultAsync(dataset, "*[_id in [\"a\",\"b\",\"drafts.a\"]].n", "perspective=drafts,r1")).ShouldBe("[2,5]");
        (await _api.ResultAsync(dataset, "*[_id == \"a\"].n", "perspective=published,drafts")).ShouldBe("[1]");
    }
}
