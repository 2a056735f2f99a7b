using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace EventStore.Benchmarks.Peers;

/// <summary>What an HTTP request costs by itself: Kestrel with one endpoint that answers nothing.</summary>
internal sealed class EmptyKestrelPeer : IAsyncDisposable
{
    private readonly WebApplication _application;

    private EmptyKestrelPeer(WebApplication application) => _application = application;

    public Uri Address => new(_application.Urls.Single());

    public static async Task<EmptyKestrelPeer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var application = builder.Build();
        application.Urls.Add("http://127.0.0.1:0");
        application.Run(context =>
        {
            context.Response.ContentLength = 0;
            return Task.CompletedTask;
        });
        await application.StartAsync();
        return new(application);
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();
}
