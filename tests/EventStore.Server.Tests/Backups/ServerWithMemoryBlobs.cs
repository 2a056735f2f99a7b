using EventStore.Server.Blobs;
using EventStore.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace EventStore.Server.Tests.Backups;

/// <summary>A server whose blobs can be damaged at will.</summary>
public sealed class ServerWithMemoryBlobs : IAsyncLifetime
{
    private TestServer? _server;

    public TestServer Server => _server!;

    internal MemoryBlobs Blobs { get; } = new();

    public async Task InitializeAsync() =>
        _server = await TestServer.StartAsync(builder => builder.Services.AddSingleton<IBlobStore>(Blobs));

    public Task DisposeAsync() => Server.DisposeAsync();
}
