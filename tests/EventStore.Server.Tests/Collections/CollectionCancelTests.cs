using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using EventStore.Server.Blobs;
using EventStore.Server.Tests.Http;
using EventStore.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace EventStore.Server.Tests.Collections;

/// <summary>Exports in the background that are called off: in the midst of a file, or while they wait for their turn.</summary>
public sealed class CollectionCancelTests : IAsyncLifetime
{
    private const int Documents = 400;

    private readonly string _folder = TemporaryFolder.Create();
    private readonly StallingStore _store;
    private TestServer? _server;

    public CollectionCancelTests() => _store = new(FolderBlobStore.Open(_folder));

    private CollectionApi Api => new(_server!);

    public async Task InitializeAsync() =>
        _server = await TestServer.StartAsync(builder => builder.Services.AddSingleton<IBlobStore>(_store));

    public async Task DisposeAsync()
    {
        await _server!.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("json", ".json")]
    [InlineData("csv", ".csv")]
    [InlineData("parquet", ".parquet")]
    [InlineData("json", "_vectors.json")]
    [InlineData("parquet", "_vectors.parquet")]
    public async Task What_is_canceled_in_the_midst_of_a_file_leaves_none(string format, string suffix)
    {
        var dataset = await FillAsync();
        _store.Suffix = suffix;
        var begun = await BeginAsync(dataset, format);
        await _store.Stalled;
        Files(inProgress: true).ShouldNotBeEmpty("nothing was being written");
        (await JobAsync(begun, "running"))["progress"]!.GetValue<int>().ShouldBeLessThan(100);
        (await ResultAsync(begun)).ShouldBe(HttpStatusCode.Accepted);

        (await CancelAsync(begun)).ShouldBe(HttpStatusCode.OK);
        await JobAsync(begun, "canceled");

        Files(inProgress: false).ShouldBeEmpty();
        Files(inProgress: true).ShouldBeEmpty();
        var result = await ResultAsync(begun);
        result.ShouldBeBoom(HttpStatusCode.Conflict);
        result.Text.ShouldContain("canceled");
        (await CancelAsync(begun)).ShouldBeBoom(HttpStatusCode.Conflict);

        // Its turn is free again, and who asks once more gets what there was to get.
        _store.Release();
        var again = await BeginAsync(dataset, format);
        await JobAsync(again, "completed");
        ((long)(await ResultAsync(again)).ShouldBe(HttpStatusCode.OK).Json["document_count"]!).ShouldBe(Documents);
        await JobAsync(begun, "canceled");
        Files(inProgress: false).Count.ShouldBe(2);
    }

    [Fact]
    public async Task What_is_canceled_while_it_waits_is_never_begun()
    {
        var dataset = await FillAsync();
        _store.Suffix = ".json";
        var working = new List<JsonNode>();
        for (var number = 0; number < ServerLimits.CollectionExports; number++)
        {
            working.Add(await BeginAsync(dataset, "json"));
            await JobAsync(working[^1], "running");
        }

        await _store.Stalled;
        var waiting = await BeginAsync(dataset, "csv");
        (await CancelAsync(waiting)).ShouldBe(HttpStatusCode.OK);
        await JobAsync(waiting, "canceled");

        _store.Release();
        foreach (var job in working)
        {
            await JobAsync(job, "completed");
        }

        Files(inProgress: false).Count.ShouldBe(2 * working.Count);
        Files(inProgress: false).ShouldAllBe(file => file.EndsWith(".json", StringComparison.Ordinal));
    }

    /// <summary>Documents of a few KB that do not shrink, with vectors.</summary>
    private async Task<string> FillAsync()
    {
        var dataset = await Api.Api.CreateDatasetAsync();
        var random = new Random(7);
        var noise = new byte[6_000];
        for (var first = 0; first < Documents; first += 100)
        {
            var mutations = Enumerable.Range(first, 100).Select(number =>
            {
                random.NextBytes(noise);
                var numbers = Enumerable.Range(0, 400)
                    .Select(_ => random.NextDouble().ToString(CultureInfo.InvariantCulture));
                return $$$"""{"create":{"_id":"d{{{number}}}","_type":"t","text":"{{{Convert.ToBase64String(noise)}}}","""
                    + $$$""" "embedding":[{{{string.Join(',', numbers)}}}]}}""";
            });
            (await Api.Api.MutateAsync(dataset, string.Join(',', mutations))).ShouldBe(HttpStatusCode.OK);
        }

        return dataset;
    }

    private async Task<JsonNode> BeginAsync(string dataset, string format) =>
        (await Api.PostAsync(dataset, $$"""{"format":"{{format}}","include_vectors":true,"async":true}"""))
            .ShouldBe(HttpStatusCode.Accepted).Json;

    private Task<Answer> CancelAsync(JsonNode begun) => Api.Api.PostAsync($"/v1/jobs/{begun["job_id"]}/cancel", "");

    private Task<Answer> ResultAsync(JsonNode begun) =>
        Api.Api.GetAsync(new Uri((string)begun["result_url"]!).AbsolutePath);

    /// <summary>Waits for a state of a job, which must not end in another one.</summary>
    private async Task<JsonNode> JobAsync(JsonNode begun, string state)
    {
        for (; ; await Task.Delay(20))
        {
            var job = (await Api.Api.GetAsync($"/v1/jobs/{begun["job_id"]}")).ShouldBe(HttpStatusCode.OK).Json;
            if ((string)job["state"]! == state)
            {
                return job;
            }

            ((string)job["state"]!).ShouldBeOneOf("pending", "running");
        }
    }

    /// <summary>What the store has: finished files, or those that are being written.</summary>
    private List<string> Files(bool inProgress) =>
    [
        .. Directory.GetFiles(_folder, "*", SearchOption.AllDirectories)
            .Where(file => file.Contains("/.incoming/", StringComparison.Ordinal) == inProgress),
    ];
}
