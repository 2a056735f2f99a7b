using System.Net;
using System.Text;
using EventStore.Server.Blobs;
using EventStore.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EventStore.Server.Tests.Blobs;

/// <summary>Links that work without a token, and only as they were made.</summary>
public sealed class DownloadLinkTests : IAsyncLifetime
{
    private const int Seed = 31_415;
    private const string Characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=";

    private static readonly byte[] Content = Encoding.UTF8.GetBytes("the content of an export\n");

    private readonly MovableClock _clock = new();
    private TestServer? _server;

    private DownloadLinks Links => _server!.Host.Services.GetRequiredService<DownloadLinks>();

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync(builder => builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(_clock)));
        await _server.Host.Services.GetRequiredService<IBlobStore>()
            .PutAsync(BlobKey.Of("exports/1/all.ndjson"), new MemoryStream(Content), default);
    }

    public Task DisposeAsync() => _server!.DisposeAsync();

    [Fact]
    public async Task A_link_leads_to_its_file_for_as_long_as_it_says()
    {
        var (path, expiresAt) = Make(TimeSpan.FromMinutes(10));
        using var client = _server!.CreateAnonymousClient();
        using var answer = await client.GetAsync(path);
        (await answer.Content.ReadAsByteArrayAsync()).ShouldBe(Content);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/x-ndjson");
        answer.Content.Headers.ContentDisposition!.FileNameStar.ShouldBe("alt på én gang.ndjson");
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        expiresAt.ShouldBe(_clock.GetUtcNow() + TimeSpan.FromMinutes(10));

        _clock.Offset += TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(1);
        (await client.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.OK);
        _clock.Offset += TimeSpan.FromSeconds(1);
        (await client.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        Make(TimeSpan.FromDays(1)).ExpiresAt.ShouldBe(_clock.GetUtcNow() + TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task A_link_has_one_spelling()
    {
        var (path, _) = Make(TimeSpan.FromMinutes(10));
        using var client = _server!.CreateAnonymousClient();
        var escaped = $"{path[..^1]}%{(int)path[^1]:X2}";
        var others = new[]
        {
            path + "?x=1", path + "/", path + "=", escaped, path.ToUpperInvariant(), "/downloads/x", "/downloads/.",
        };
        foreach (var other in others)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, AsWritten(other));
            (await client.SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.NotFound, other);
        }
    }

    [Fact]
    public void None_of_many_changed_links_is_good()
    {
        var random = new Random(Seed);
        var (path, _) = Make(TimeSpan.FromMinutes(10));
        var link = path[DownloadEndpoint.Prefix.Length..];
        Links.Read(link).ShouldNotBeNull();
        for (var round = 0; round < 100_000; round++)
        {
            var changed = new StringBuilder(link);
            for (var changes = random.Next(1, 4); changes > 0; changes--)
            {
                var at = random.Next(changed.Length);
                var character = Characters[random.Next(Characters.Length)];
                switch (random.Next(4))
                {
                    case 0: changed.Insert(at, character); break;
                    case 1: changed.Remove(at, 1); break;
                    default: changed[at] = character; break;
                }
            }

            if (changed.ToString() is var text && text != link)
            {
                Links.Read(text).ShouldBeNull($"seed {Seed}, round {round}");
            }
        }
    }

    private Uri AsWritten(string path) => new(
        _server!.Host.Address.GetLeftPart(UriPartial.Authority) + path,
        new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });

    private (string Path, DateTimeOffset ExpiresAt) Make(TimeSpan lifetime) => Links.Create(
        new(BlobKey.Of("exports/1/all.ndjson"), "alt på én gang.ndjson", "application/x-ndjson"), lifetime);

    private sealed class MovableClock : TimeProvider
    {
        public TimeSpan Offset { get; set; }

        public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero) + Offset;
    }
}
