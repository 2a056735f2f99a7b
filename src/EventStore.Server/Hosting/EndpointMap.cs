using EventStore.Log.Mutations;
using EventStore.Log.Postgres;
using EventStore.Server.Activity;
using EventStore.Server.Auth;
using EventStore.Server.Auth.Tokens;
using EventStore.Server.Datasets;
using EventStore.Server.Documents;
using EventStore.Server.Export;
using EventStore.Server.History;
using EventStore.Server.Import;
using EventStore.Server.Mutate;
using EventStore.Server.Projects;
using EventStore.Server.Verify;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EventStore.Server.Hosting;

/// <summary>Everything the server answers to, and the services that takes.</summary>
internal static class EndpointMap
{
    /// <summary>Called with the data source, the settings and the root token registered already.</summary>
    public static void AddServices(IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services
            .AddSingleton<IIdentifierSource, RandomIdentifiers>()
            .AddSingleton<DatasetCatalog>()
            .AddSingleton<TransactionAppender>()
            .AddSingleton<TransactionReader>()
            .AddSingleton<DocumentReader>()
            .AddSingleton<LogVerifier>()
            .AddSingleton<Authenticator>()
            .AddSingleton<TokenLookup>()
            .AddSingleton<TokenUse>()
            .AddSingleton<ProjectGate>()
            .AddSingleton<ActivityLog>()
            .AddSingleton<ProjectDirectory>()
            .AddSingleton<ProjectResolver>()
            .AddSingleton<DatasetGate>()
            .AddSingleton<DocumentSlices>();
    }

    public static void Map(WebApplication app)
    {
        // Paths are rewritten before they are routed, so routing has its place named here.
        app.UseMiddleware<ErrorMiddleware>();
        app.UseMiddleware<AddressingMiddleware>();
        app.UseRouting();
        HealthEndpoints.Map(app);

        var api = app.MapGroup(AddressingMiddleware.RoutePrefix);
        MutateEndpoint.Map(api);
        DocumentEndpoint.Map(api);
        HistoryEndpoints.Map(api);
        ExportEndpoint.Map(api);
        ImportEndpoint.Map(api);
        VerifyEndpoint.Map(api);
        DatasetEndpoints.Map(api);
        ProjectEndpoints.Map(api);
        ActivityEndpoint.Map(api);
    }
}
