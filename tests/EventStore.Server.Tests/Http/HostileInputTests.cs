using System.Net;
using System.Text;
using System.Text.Json;
using EventStore.Testing;

namespace EventStore.Server.Tests.Http;

/// <summary>Input that wants to break something gets a typed error and leaves nothing behind.</summary>
[Collection(HttpCollection.Name)]
public sealed class HostileInputTests(TestServer server)
{
    private readonly Api _api = new(server);

    public static TheoryData<string, string> Bodies
    {
        get
        {
            var data = new TheoryData<string, string>();
            void Add(string name, string body) => data.Add(name, body);
            void AddDocument(string name, string fields) =>
                Add(name, """{"mutations":[{"create":{"_id":"x","_type":"t",""" + fields + "}}]}");
            void AddMutation(string name, string mutation) => Add(name, """{"mutations":[""" + mutation + "]}");
            void AddPatch(string name, string operations) => AddMutation(name, """{"patch":{"id":"base",""" + operations + "}}");

            foreach (var text in new[]
            {
                "", " ", "null", "[]", "\"x\"", "1", "{}", "{", "{]", "{\"mutations\":[}", "{\"mutations\":[]}x", "\ufeff{}",
            })
            {
                Add($"body {text}", text);
            }

            Add("mutations no array", """{"mutations":{}}""");
            Add("flags no booleans", """{"mutations":[],"dryRun":"true"}""");
            Add("transaction id no string", """{"mutations":[],"transactionId":5}""");
            Add("transaction id malformed", """{"mutations":[{"delete":{"id":"x"}}],"transactionId":"a b"}""");
            Add("transaction id long", $$$"""{"mutations":[{"delete":{"id":"x"}}],"transactionId":"{{{new string('a', 129)}}}"}""");
            Add("duplicate key in body", """{"mutations":[],"mutations":[]}""");
            AddDocument("duplicate key", "\"a\":1,\"a\":1");
            AddDocument("duplicate key escaped", "\"a\":1,\"\\u0061\":1");
            AddDocument("prototype", "\"__proto__\":{}");
            AddDocument("prototype escaped and deep", "\"a\":[{\"__pro\\u0074o__\":1}]");
            AddDocument("lone surrogate", "\"a\":\"\\ud800\"");
            AddDocument("lone surrogate in key", "\"\\udc00\":1");
            AddDocument("reversed surrogates", "\"a\":\"\\udc00\\ud800\"");
            AddDocument("infinite number", "\"a\":1e999");
            AddDocument("very long number", "\"a\":" + new string('1', 100_000));
            AddDocument("bad number", "\"a\":01");
            AddDocument("not a number", "\"a\":NaN");
            AddDocument("control character", "\"a\":\"\u0001\"");
            AddDocument("deep arrays", "\"a\":" + new string('[', 100) + new string(']', 100));
            AddDocument("very deep arrays", "\"a\":" + new string('[', 1_000_000));
            AddDocument("very deep objects", "\"a\":" + string.Concat(Enumerable.Repeat("{\"a\":", 200_000)));
            AddDocument("long array", "\"a\":[" + string.Join(',', Enumerable.Repeat("0", 100_000)) + "]");
            AddMutation("100 000 mutations", string.Join(',', Enumerable.Repeat("""{"delete":{"id":"x"}}""", 100_000)));
            AddDocument("createdAt no string", "\"_createdAt\":5");
            foreach (var id in new[]
            {
                "", "-a", "a..b", ".a", "a/b", "a b", "ä", "a,b", "a.-b", "versions.a", "x.versions.y.z",
                new string('a', 129), "a\\u0000",
            })
            {
                AddMutation($"id {id}", $$$"""{"createOrReplace":{"_id":"{{{id}}}","_type":"t"}}""");
                AddMutation($"delete {id}", $$$"""{"delete":{"id":"{{{id}}}"}}""");
            }

            foreach (var mutation in new[]
            {
                "1", "[]", "{}", """{"explode":{}}""", """{"create":[]}""", """{"create":{"_type":5}}""",
                """{"create":{"_id":5,"_type":"t"}}""",
                """{"create":{"_type":"t"},"delete":{"id":"x"}}""", """{"delete":{}}""", """{"delete":{"query":"*["}}""",
                """{"delete":{"id":"x","purge":"yes"}}""", """{"delete":{"id":"x","extra":1}}""", """{"createOrReplace":{"_type":"t"}}""",
                """{"createSquashed":{}}""",
            })
            {
                AddMutation($"mutation {mutation}", mutation);
            }

            foreach (var path in new[]
            {
                "", ".", "a.", "a..", "[", "a[", "a[1", "a[1:", "a]", "a[1:2:3]", "a[_key==]", "a[_key==\"x]",
                "a[9999999999999999999]", "a[\"x\"]b[",
                new string('[', 10_000), string.Join('.', Enumerable.Repeat("a", 5_000)), new string('a', 100_000),
                "a[" + string.Join(',', Enumerable.Repeat("1", 5_000)) + "]",
            })
            {
                AddPatch($"path {path[..Math.Min(path.Length, 40)]} {path.Length}", $"\"set\":{{{JsonSerializer.Serialize(path)}:1}}");
            }

            AddPatch("unknown operation", "\"explode\":{}");
            AddPatch("unset no array", "\"unset\":\"a\"");
            AddPatch("inc no number", "\"inc\":{\"a\":\"1\"}");
            AddPatch("insert nowhere", "\"insert\":{\"items\":[1]}");
            AddPatch("set id", "\"set\":{\"_id\":\"other\"}");
            AddPatch("unset type", "\"unset\":[\"_type\"]");
            AddPatch("bad text patch", "\"diffMatchPatch\":{\"text\":\"@@ nonsense\"}");
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Bad_bodies_are_refused(string name, string body)
    {
        var dataset = await CreateAsync();
        var answer = (await _api.PostAsync($"/v1/data/mutate/{dataset}", body)).ShouldBeDescribed(HttpStatusCode.BadRequest);
        answer.Text.Length.ShouldBeLessThan(4096, name);
        (await _api.GetAsync($"/v1/data/history/{dataset}/transactions")).Lines.Count.ShouldBe(1, name);
    }

    [Theory]
    [InlineData(new byte[] { 0xff })]
    [InlineData(new byte[] { 0xc0, 0x80 })]
    [InlineData(new byte[] { 0xed, 0xa0, 0x80 })]
    [InlineData(new byte[] { 0xf4, 0x90, 0x80, 0x80 })]
    [InlineData(new byte[] { 0xe2, 0x82 })]
    public async Task Invalid_utf8_is_refused(byte[] text)
    {
        var dataset = await CreateAsync();
        byte[] body = [.. "{\"mutations\":[{\"create\":{\"_type\":\"t\",\"a\":\""u8, .. text, .. "\"}}]}"u8];
        (await _api.PostAsync($"/v1/data/mutate/{dataset}", body)).ShouldBeDescribed(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Bodies_over_the_limit_are_refused_whether_announced_or_not()
    {
        var dataset = await CreateAsync();
        var start = """{"mutations":[{"create":{"_type":"t","a":"ends here"}}]}""";
        foreach (var length in new[] { 4_000_001, 5_000_000, 40_000_000 })
        {
            var body = Encoding.ASCII.GetBytes(start + new string(' ', length - start.Length));
            (await _api.PostAsync($"/v1/data/mutate/{dataset}", body)).ShouldBeDescribed(HttpStatusCode.RequestEntityTooLarge)
                .Text.ShouldContain("Request body exceeds limit of 4000000 bytes");
            var chunked = new HttpRequestMessage(HttpMethod.Post, $"/v1/data/mutate/{dataset}") { Content = new ByteArrayContent(body) };
            chunked.Headers.TransferEncodingChunked = true;
            (await Answer.ReadAsync(await _api.Client.SendAsync(chunked))).ShouldBeDescribed(HttpStatusCode.RequestEntityTooLarge);
        }

        var largest = Encoding.ASCII.GetBytes(start + new string(' ', 4_000_000 - start.Length));
        (await _api.PostAsync($"/v1/data/mutate/{dataset}", largest)).ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("mutate/{0}?visibility=never")]
    [InlineData("mutate/{0}?dryRun=perhaps")]
    [InlineData("mutate/{0}?dryRun=true&dryRun=false")]
    [InlineData("mutate/{0}?transactionId=a%20b")]
    [InlineData("mutate/{0}?transactionId=a%00")]
    [InlineData("mutate/{0}?tag=%22")]
    [InlineData("mutate/{0}?tag=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task Bad_parameters_are_refused(string path)
    {
        var dataset = await CreateAsync();
        var answer = await _api.PostAsync("/v1/data/" + string.Format(path, dataset), """{"mutations":[{"create":{"_type":"t"}}]}""");
        answer.ShouldBe(HttpStatusCode.BadRequest).ContentType.ShouldBe("application/json");
    }

    [Theory]
    [InlineData("doc/{0}/bad..id")]
    [InlineData("doc/{0}/a%2Fb")]
    [InlineData("doc/{0}/a%0Ab")]
    [InlineData("doc/{0}/%ff")]
    [InlineData("doc/{0}/,")]
    [InlineData("history/{0}/documents/%25")]
    [InlineData("history/{0}/documents/a/diff?from=%00")]
    [InlineData("export/{0}?types=%00")]
    [InlineData("export/{0}?time=9999-99-99")]
    [InlineData("export/{0}?nextCursor=%2B%2B%2B")]
    [InlineData("export/{0}?nextCursor=MS8xLzEvLi4")]
    public async Task Bad_paths_are_refused(string path)
    {
        var dataset = await CreateAsync();
        (await _api.GetAsync("/v1/data/" + string.Format(path, dataset))).ShouldBeBoom(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Too_many_ids_are_refused()
    {
        var dataset = await CreateAsync();
        string Ids(int count) => string.Join(',', Enumerable.Range(0, count).Select(index => $"d{index}"));
        (await _api.GetAsync($"/v1/data/doc/{dataset}/{Ids(1000)}")).ShouldBe(HttpStatusCode.OK);
        (await _api.GetAsync($"/v1/data/doc/{dataset}/{Ids(1001)}")).ShouldBeBoom(HttpStatusCode.BadRequest);
        (await _api.GetAsync($"/v1/data/doc/{dataset}/{Ids(101)}?includeAllVersions=true")).ShouldBeBoom(HttpStatusCode.BadRequest);
        ((int)(await _api.Client.GetAsync($"/v1/data/doc/{dataset}/{Ids(20_000)}")).StatusCode).ShouldBe(414);
    }

    private async Task<string> CreateAsync()
    {
        var dataset = await _api.CreateDatasetAsync();
        (await _api.MutateAsync(dataset, """{"create":{"_id":"base","_type":"t","a":[1],"text":"some"}}""")).ShouldBe(HttpStatusCode.OK);
        return dataset;
    }
}
