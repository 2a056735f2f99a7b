using System.Net;
using System.Text;
using EventStore.Server.Tests.Access;
using EventStore.Server.Tests.Http;
using EventStore.Testing;

namespace EventStore.Server.Tests.Collections;

/// <summary>Collection exports over HTTP: what is in them, for whom, and what is refused.</summary>
public sealed class CollectionExportTests(TestServer server) : IClassFixture<TestServer>
{
    private readonly CollectionApi _api = new(server);

    [Fact]
    public async Task Fields_are_selected_by_their_paths()
    {
        var dataset = await _api.CreateAsync(
            """ "metadata":{"title":"T","author":{"name":"N","age":3},"other":1},"list":[{"a":1,"b":2},null,{"b":3},[{"a":4}],7],"x.y":5 """,
            """ "metadata":7 """);
        async Task<string> FirstAsync(string fields) =>
            (await _api.LinesAsync(dataset, $"\"select_fields\":{fields},\"sample_size\":1"))[0].ToJsonString();

        (await FirstAsync("""["document_id","metadata.title"]""")).ShouldBe("""{"document_id":"a","metadata":{"title":"T"}}""");
        (await FirstAsync("""["metadata.author.name","metadata.other","_id"]"""))
            .ShouldBe("""{"_id":"a","metadata":{"author":{"name":"N"},"other":1}}""");
        (await FirstAsync("""["metadata.author","metadata.author.age"]""")).ShouldBe("""{"metadata":{"author":{"age":3,"name":"N"}}}""");
        (await FirstAsync("""["metadata.author.age","metadata.author"]""")).ShouldBe("""{"metadata":{"author":{"age":3,"name":"N"}}}""");
        (await FirstAsync("""["list.a"]""")).ShouldBe("""{"list":[{"a":1},null,{},[{"a":4}],null]}""");
        (await FirstAsync("""["x\\.y","none"]""")).ShouldBe("""{"x.y":5}""");
        (await _api.LinesAsync(dataset, "\"select_fields\":[\"metadata.title\"]"))[1].ToJsonString().ShouldBe("{}");
        (await _api.TextAsync(dataset, """{"format":"csv","select_fields":["none.at.all","metadata.title","document_id"]}"""))
            .ShouldBe("none.at.all,metadata.title,document_id\r\n,T,a\r\n,,b\r\n");
    }

    [Fact]
    public async Task Csv_is_flat_quoted_and_safe_when_asked()
    {
        var dataset = await _api.CreateAsync(
            """ "s":"=1+1","n":-5,"o":{"p":{"q":"a,b"},"r.s":"\"x\"\r\ny"},"l":[1,{"a":"b"}],"mixed":1 """,
            """ "s":"","n":1e400000000000,"mixed":"x" """.Replace("1e400000000000", "1.50"),
            """ "s":"+1","n":9007199254740993,"mixed":["-"] """);
        const string fields = """ "select_fields":["s","n","o","l","mixed"] """;
        var plain = await _api.TextAsync(dataset, $$"""{"format":"csv",{{fields}}}""");
        plain.ShouldBe(
            "s,n,o.p.q,o.r\\.s,l,mixed\r\n"
            + "=1+1,-5,\"a,b\",\"\"\"x\"\"\r\ny\",\"[1,{\"\"a\"\":\"\"b\"\"}]\",1\r\n"
            + "\"\",1.50,,,,\"\"\"x\"\"\"\r\n"
            + "+1,9007199254740993,,,,\"[\"\"-\"\"]\"\r\n");
        (await _api.TextAsync(dataset, $$"""{"format":"csv","formula_safe":true,{{fields}}}"""))
            .ShouldBe(plain.Replace("=1+1", "'=1+1").Replace("+1,900", "'+1,900"));
    }

    [Fact]
    public async Task The_past_types_drafts_samples_and_queries()
    {
        var dataset = await _api.CreateAsync(""" "n":1 """, """ "n":2 """);
        (await _api.Api.MutateAsync(
            dataset, """{"patch":{"id":"a","set":{"n":10}}},{"create":{"_id":"drafts.a","_type":"u","n":3}},{"delete":{"id":"b"}}""",
            "transactionId=second")).ShouldBe(HttpStatusCode.OK);
        (await _api.Api.MutateAsync(
            dataset, """{"create":{"_id":"z","_type":"u","n":4}},{"create":{"_id":"versions.r.a","_type":"u"}}""")).ShouldBe(HttpStatusCode.OK);
        async Task<string> IdsAsync(string order) =>
            string.Join(' ', (await _api.LinesAsync(dataset, order)).Select(line => (string)line["_id"]!));

        (await IdsAsync("")).ShouldBe("a z");
        (await IdsAsync("\"drafts\":true")).ShouldBe("a drafts.a versions.r.a z");
        (await IdsAsync("\"revision\":\"second\"")).ShouldBe("a");
        (await IdsAsync("\"revision\":\"second\",\"drafts\":true")).ShouldBe("a drafts.a");
        (await IdsAsync("\"time\":\"2001-01-01T00:00:00Z\"")).ShouldBeEmpty();
        (await IdsAsync("\"types\":[\"u\"]")).ShouldBe("z");
        (await IdsAsync("\"sample_size\":1,\"drafts\":true")).ShouldBe("a");

        (await _api.LinesAsync(dataset, """ "groq":"*[n > $min]{_id, \"double\": n * 2}","params":{"min":3} """))
            .Select(line => line.ToJsonString()).ShouldBe(["""{"_id":"a","double":20}""", """{"_id":"z","double":8}"""]);
        (await _api.LinesAsync(dataset, """ "groq":"*[n > 2]","drafts":true,"select_fields":["n"],"sample_size":2 """))
            .Select(line => line.ToJsonString()).ShouldBe(["""{"n":10}""", """{"n":3}"""]);
        (await _api.LinesAsync(dataset, """ "groq":"*[_id == 'a']{n}","revision":"second" """))[0].ToJsonString().ShouldBe("""{"n":10}""");
        (await _api.TextAsync(dataset, """{"format":"csv","groq":"*|order(n){\"k\": _id, \"a\": n}"}""")).ShouldBe("a,k\r\n4,z\r\n10,a\r\n");
    }

    [Fact]
    public async Task Vectors_go_to_a_file_of_their_own()
    {
        var dataset = await _api.CreateAsync(
            """ "embedding":[0.5,-1,2e3],"chunks":[{"v":[1,2]},{"v":[3,4]},{"v":"no"}] """, """ "embedding":"none" """, """ "embedding":[] """);
        const string order = """{"format":"json","include_vectors":true}""";
        Encoding.UTF8.GetString(await _api.ExportAsync(dataset, order, "vectors_download_url"))
            .ShouldBe("""{"document_id":"a","vector":[0.5,-1,2e3]}""" + "\n");
        (await _api.LinesAsync(dataset)).ShouldAllBe(line => line["embedding"] == null);
        (await _api.LinesAsync(dataset, "\"select_fields\":[\"embedding\"]"))[1].ToJsonString().ShouldBe("""{"embedding":"none"}""");
        var answer = (await _api.PostAsync(dataset, """{"format":"csv","include_vectors":true,"vector_field":"chunks.v"}""")).Json;
        ((string)answer["vectors_s3_path"]!).ShouldEndWith($"/{dataset}_vectors.csv");
        using var client = server.CreateAnonymousClient();
        (await client.GetStringAsync((string)answer["vectors_download_url"]!))
            .ShouldBe("document_id,vector\r\na,\"[1,2]\"\r\na,\"[3,4]\"\r\n");
    }

    [Fact]
    public async Task Collections_are_found_by_project_and_dataset()
    {
        var stage = await Stage.CreateAsync(server);
        foreach (var (path, name) in new[]
        {
            (stage.Path("/collections/closed/export"), ""), ($"/v1/collections/{stage.ProjectId}.closed/export", ""),
            ("/v1/collections/closed/export", stage.ProjectId), ($"/v1/collections/{stage.ProjectId}.closed/export", stage.ProjectId),
        })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path);
            if (name.Length > 0)
            {
                request.Headers.Add("X-Namespace", name);
            }

            var answer = (await Answer.ReadAsync(await server.Client.SendAsync(request))).ShouldBe(HttpStatusCode.OK).Json;
            ((string)answer["format"]!).ShouldBe("parquet");
            ((int)answer["document_count"]!).ShouldBe(3);
            ((string)answer["s3_path"]!).ShouldEndWith("/closed.parquet");
            DateTimeOffset.Parse((string)answer["exported_at"]!).ShouldBe(DateTimeOffset.UtcNow, TimeSpan.FromMinutes(1));
        }

        (await _api.PostAsync($"{stage.ProjectId}.none", "{}")).ShouldBeBoom(HttpStatusCode.NotFound);
        (await _api.PostAsync("none.closed", "{}")).ShouldBeBoom(HttpStatusCode.NotFound);
        (await _api.Api.PostAsync(stage.Path("/collections/other.closed/export"), "{}")).ShouldBeBoom(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Nobody_exports_what_he_may_not_read()
    {
        var stage = await Stage.CreateAsync(server);
        await stage.CreateRoleAsync(
            "small", """ "title":"Small","documents":[{"filter":"_type == \"t\" && n < 2","permissions":["read"]}] """);
        foreach (var (role, dataset, count) in new[] { ("viewer", Stage.Closed, 4), ("small", Stage.Closed, 1), ("deploy-studio", Stage.Open, 1) })
        {
            foreach (var format in new[] { "json", "csv", "parquet" })
            {
                var path = stage.Path($"/collections/{dataset}/export");
                var token = await stage.TokenAsync(role);
                var answer = (await stage.SendAsync(token, HttpMethod.Post, path, $$"""{"format":"{{format}}","drafts":true}"""))
                    .ShouldBe(HttpStatusCode.OK).Json;
                ((int)answer["document_count"]!).ShouldBe(count, role);
                answer = (await stage.SendAsync(token, HttpMethod.Post, path, $$"""{"format":"{{format}}","groq":"*","drafts":true}""")).Json;
                ((int)answer["document_count"]!).ShouldBe(count, role);
                var past = await stage.SendAsync(token, HttpMethod.Post, path, """{"revision":"first"}""");
                past.Status.ShouldBe(role == "viewer" ? HttpStatusCode.OK : HttpStatusCode.Forbidden);
            }
        }

        (await stage.SendAsync(null, HttpMethod.Post, stage.Path("/collections/open/export"), "{}")).ShouldBeBoom(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_told_and_nothing_is_left()
    {
        var dataset = await _api.CreateAsync(""" "s":"x","embedding":[1] """);
        var before = Files();
        foreach (var (body, place) in BadBodies)
        {
            var answer = (await _api.PostAsync(dataset, body)).ShouldBe(HttpStatusCode.UnprocessableEntity);
            var faults = answer.Json["detail"]!.AsArray();
            faults.ShouldAllBe(fault => ((string)fault!["msg"]!).Length > 0 && ((string)fault["type"]!).Length > 0);
            faults.Select(fault => string.Join('.', fault!["loc"]!.AsArray().Select(part => part!.ToString())))
                .ShouldContain(place.Length == 0 ? "body" : $"body.{place}", answer.Text);
        }

        (await _api.PostAsync(dataset, new string(' ', 300_000))).ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        Files().ShouldBe(before);
    }

    [Fact]
    public async Task All_faults_of_a_body_are_told_at_once() =>
        (await _api.PostAsync(await _api.CreateAsync(), """{"format":"xml","sample_size":0,"drafts":"yes","types":[1]}"""))
            .Json["detail"]!.AsArray().Count.ShouldBe(4);

    [Fact]
    public async Task A_wide_collection_takes_a_selection()
    {
        var fields = Enumerable.Range(0, 1001).Select(number => $"\"f{number}\":{number}");
        var dataset = await _api.CreateAsync(string.Join(',', fields));
        (await _api.PostAsync(dataset, "{}")).ShouldBe(HttpStatusCode.UnprocessableEntity).Text.ShouldContain("select_fields");
        (await _api.TextAsync(dataset, """{"format":"csv","select_fields":["f1000","f3"]}""")).ShouldBe("f1000,f3\r\n1000,3\r\n");
        (await _api.LinesAsync(dataset)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_same_moment_gives_the_same_bytes_while_others_write()
    {
        var dataset = await _api.CreateAsync(""" "n":0 """);
        using var stop = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            for (var round = 0; round < 80 && !stop.IsCancellationRequested; round++)
            {
                var mutation = $$$"""{"createOrReplace":{"_id":"w{{{writer}}}-{{{round % 50}}}","_type":"t","f{{{round}}}":{{{round}}} } }""";
                (await _api.Api.MutateAsync(dataset, mutation)).ShouldBe(HttpStatusCode.OK);
                await Task.Delay(50);
            }
        })).ToList();
        try
        {
            for (var round = 0; round < 5; round++)
            {
                var last = await _api.Api.MutateAsync(dataset, """{"patch":{"id":"a","inc":{"n":1}}}""", $"transactionId=mark{round}");
                last.ShouldBe(HttpStatusCode.OK);
                foreach (var format in new[] { "json", "csv", "parquet" })
                {
                    var order = $$"""{"format":"{{format}}","revision":"mark{{round}}"}""";
                    var first = await _api.ExportAsync(dataset, order);
                    (await _api.ExportAsync(dataset, order)).ShouldBe(first);
                }
            }
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(writers);
        }
    }

    [Fact]
    public async Task Links_lead_to_one_file_without_a_token_and_a_deleted_dataset_takes_it_along()
    {
        var dataset = await _api.CreateAsync(""" "n":1 """);
        var answer = (await _api.PostAsync(dataset, "{}")).Json;
        var link = new Uri((string)answer["download_url"]!);
        using var client = server.CreateAnonymousClient();
        var response = await client.GetAsync(link.AbsolutePath);
        response.Content.Headers.ContentDisposition!.FileName.ShouldBe($"{dataset}.parquet");
        (await response.Content.ReadAsByteArrayAsync())[..4].ShouldBe("PAR1"u8.ToArray());
        (await client.GetAsync(link.AbsolutePath + "x")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await _api.Api.SendAsync(HttpMethod.Delete, $"/v1/datasets/{dataset}", "")).ShouldBe(HttpStatusCode.OK);
        for (var attempt = 0; (await client.GetAsync(link.AbsolutePath)).StatusCode != HttpStatusCode.NotFound; attempt++)
        {
            attempt.ShouldBeLessThan(300);
            await Task.Delay(100);
        }
    }

    private static readonly (string Body, string Place)[] BadBodies =
    [
        ("nonsense", ""), ("[]", ""), ("1", ""), ("{\"a\":1,\"a\":2}", ""), ("{\"format\":", ""),
        ("""{"formats":"json"}""", "formats"), ("""{"format":"xml"}""", "format"), ("""{"format":1}""", "format"),
        ("""{"include_vectors":"yes"}""", "include_vectors"), ("""{"drafts":0}""", "drafts"), ("""{"formula_safe":[]}""", "formula_safe"),
        ("""{"sample_size":0}""", "sample_size"), ("""{"sample_size":1000001}""", "sample_size"), ("""{"sample_size":1.5}""", "sample_size"),
        ("""{"select_fields":"a"}""", "select_fields"), ("""{"select_fields":[]}""", "select_fields"), ("""{"select_fields":[1]}""", "select_fields.0"),
        ("""{"select_fields":["a",""]}""", "select_fields.1"), ("""{"select_fields":["a..b"]}""", "select_fields.0"),
        ("""{"select_fields":["a\\b"]}""", "select_fields.0"), ("""{"vector_field":"."}""", "vector_field"),
        ("""{"types":"t"}""", "types"), ("""{"types":[null]}""", "types.0"), ("""{"time":"yesterday"}""", "time"), ("""{"time":5}""", "time"),
        ("""{"revision":"no such"}""", "revision"), ("""{"revision":"unknown"}""", "revision"),
        ("""{"revision":"r","time":"2020-01-01"}""", "time"), ("""{"filters":[]}""", "filters"), ("""{"filters":{"and":[]}}""", "filters.and"),
        ("""{"filters":{"AND":{}}}""", "filters.AND"), ("""{"filters":{"AND":[1]}}""", "filters.AND.0"),
        ("""{"filters":{"NOT":"x"}}""", "filters.NOT"), ("""{"filters":{"operator":"eq"}}""", "filters.field"),
        ("""{"filters":{"OR":[{"field":"a","operator":"like","value":1}]}}""", "filters.OR.0.operator"),
        ("""{"filters":{"field":"a","operator":"eq","value":1,"extra":2}}""", "filters.extra"),
        ("""{"filters":{"field":"a.","operator":"eq"}}""", "filters.field"), ("""{"filters":{"field":7,"operator":"eq"}}""", "filters.field"),
        ("""{"filters":{"field":"a","operator":"in","value":1}}""", "filters.value"),
        ("""{"filters":{"field":"a","operator":"gt","value":true}}""", "filters.value"),
        ("""{"filters":{"field":"a","operator":"regex","value":"("}}""", "filters.value"),
        ("""{"filters":{"field":"a","operator":"regex","value":"(a)\\1"}}""", "filters.value"),
        ("""{"filters":{"field":"a","operator":"regex","value":"(?=a)b"}}""", "filters.value"),
        ("""{"filters":{"field":"a","operator":"regex","value":"((a{1000}){1000}){1000}"}}""", "filters.value"),
        ("""{"filters":{"field":"a","operator":"regex","value":1}}""", "filters.value"),
        ("""{"filters":{"field":"a","operator":"exists","value":1}}""", "filters.value"),
        ("""{"filters":{"case_sensitive":"no"}}""", "filters.case_sensitive"),
        (Nested(20), "filters" + string.Concat(Enumerable.Repeat(".AND.0", 17))),
        ("{\"filters\":{\"AND\":[" + string.Join(',', Enumerable.Repeat("""{"field":"a","operator":"exists"}""", 600)) + "]}}", "filters.AND.499"),
        ("""{"groq":"*["}""", "groq"), ("""{"groq":1}""", "groq"), ("""{"groq":"1"}""", "groq"), ("""{"groq":"*._id"}""", "groq"),
        ("""{"groq":"*","filters":{}}""", "filters"), ("""{"groq":"*","types":["t"]}""", "types"), ("""{"params":{}}""", "params"),
        ("""{"groq":"*","params":[]}""", "params"),
    ];

    private static string Nested(int depth) => "{\"filters\":" + string.Concat(Enumerable.Repeat("{\"AND\":[", depth)) + "{}"
        + string.Concat(Enumerable.Repeat("]}", depth)) + "}";

    private List<string> Files()
    {
        var folder = Path.Combine(server.Host.Settings.DataFolder, "blobs");
        return Directory.Exists(folder) ? [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Order()] : [];
    }
}
