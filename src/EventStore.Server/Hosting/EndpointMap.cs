using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace EventStore.Server.Hosting;

/// <summary>Everything the server answers to, and the services that takes.</summary>
internal static class EndpointMap
{
    /// <summary>Called with the data source, the settings and the root token registered already.</summary>
    public static void AddServices(IServiceCollection services)
    {
    }

    public static void Map(WebApplication app)
    {
        HealthEndpoints.Map(app);
    }
}
