using EventStore.Log.Mutations;
using EventStore.Log.Postgres;
using EventStore.Log.Postgres.Attributes;
using EventStore.Log.Postgres.Checkpoints;
using EventStore.Log.Postgres.Replay;
using EventStore.Log.Projections;
using EventStore.Server.Activity;
using EventStore.Server.Assets;
using EventStore.Server.Auth;
using EventStore.Server.Auth.Robots;
using EventStore.Server.Auth.Roles;
using EventStore.Server.Auth.Tokens;
using EventStore.Server.Auth.Users;
using EventStore.Server.Backups;
using EventStore.Server.Backups.Restoring;
using EventStore.Server.Blobs;
using EventStore.Server.Checkpoints;
using EventStore.Server.Collections;
using EventStore.Server.Copies;
using EventStore.Server.Cors;
using EventStore.Server.Datasets;
using EventStore.Server.Documents;
using EventStore.Server.Export;
using EventStore.Server.History;
using EventStore.Server.Import;
using EventStore.Server.Jobs;
using EventStore.Server.Mutate;
using EventStore.Server.Projects;
using EventStore.Server.Query;
using EventStore.Server.Query.Attributes;
using EventStore.Server.Reference;
using EventStore.Server.Replay;
using EventStore.Server.Rollback;
using EventStore.Server.Tags;
using EventStore.Server.Verify;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EventStore.Server.Hosting;

/// <summary>Everything the server answers to, and the services that takes.</summary>
internal static class EndpointMap
{
    /// <summary>
    /// Called with the data source, the settings, the secrets and the places for files registered already.
    /// </summary>
    public static void AddServices(IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(new CheckpointPolicy());
        services.TryAddSingleton(new AttributePolicy());
        services
            .AddSingleton<IIdentifierSource, RandomIdentifiers>()
            .AddSingleton<DatasetCatalog>()
            .AddSingleton<DatasetEraser>()
            .AddSingleton<TransactionAppender>()
            .AddSingleton<TransactionReader>()
            .AddSingleton<DocumentReader>()
            .AddSingleton<DatasetReader>()
            .AddSingleton<DifferenceReader>()
            .AddSingleton<ExportSource>()
            .AddSingleton<CheckpointBuilder>()
            .AddSingleton<HeadSettler>()
            .AddHostedService<CheckpointService>()
            .AddSingleton<LogVerifier>()
            .AddSingleton<LogReplayer>()
            .AddSingleton<DerivedRebuilder>()
            .AddSingleton<Authenticator>()
            .AddSingleton<TokenLookup>()
            .AddSingleton<TokenUse>()
            .AddSingleton<RobotStore>()
            .AddSingleton<RobotMaker>()
            .AddSingleton<RoleStore>()
            .AddSingleton<MemberDirectory>()
            .AddSingleton<ProjectGate>()
            .AddSingleton<ActivityLog>()
            .AddSingleton<ProjectDirectory>()
            .AddSingleton<ProjectResolver>()
            .AddSingleton<ProjectStore>()
            .AddSingleton<ProjectAnswer>()
            .AddSingleton<DatasetMemory>()
            .AddSingleton<DatasetGate>()
            .AddSingleton<DatasetStore>()
            .AddSingleton<AliasStore>()
            .AddSingleton<TagStore>()
            .AddSingleton<CorsStore>()
            .AddSingleton<CorsPolicy>()
            .AddSingleton<DatasetErasure>()
            .AddHostedService(services => services.GetRequiredService<DatasetErasure>())
            .AddJobs()
            .AddCopies()
            .AddRollback()
            .AddBackups()
            .AddSingleton<ICopiedContent, AssetCopy>()
            .AddSingleton<DownloadLinks>()
            .AddSingleton<AssetStore>()
            .AddSingleton<AssetFiles>()
            .AddSingleton<Uploads>()
            .AddSingleton<DocumentSlices>()
            .AddSingleton<CollectionExport>()
            .AddSingleton<CollectionExportSlots>()
            .AddSingleton<CollectionAnswer>()
            .AddSingleton<IJobKind, CollectionJob>()
            .AddHostedService<ExpiredExports>()
            .AddSingleton<DocumentScreen>()
            .AddSingleton<QueryThreads>()
            .AddSingleton<QueryRunner>()
            .AddResponseCompression(options => options.MimeTypes = [LineStream.ContentType])
            .AddSingleton<AttributeIndex>()
            .AddSingleton<AttributeIndexer>()
            .AddSingleton<AttributeService>()
            .AddHostedService(services => services.GetRequiredService<AttributeService>())
            .AddSingleton<ApiReference>()
            .AddOpenApi(
                ApiReference.DocumentName, options => options.AddDocumentTransformer<ReferenceTransformer>());
    }

    public static void Map(WebApplication app)
    {
        // Paths are rewritten before they are routed, so routing has its place named here.
        app.UseResponseCompression();
        app.UseMiddleware<ErrorMiddleware>();
        app.UseMiddleware<AddressingMiddleware>();
        app.UseMiddleware<CorsMiddleware>();
        app.UseRouting();
        HealthEndpoints.Map(app);
        ReferenceEndpoints.Map(app);
        AssetFileEndpoint.Map(app);
        DownloadEndpoint.Map(app);

        var api = app.MapGroup(AddressingMiddleware.RoutePrefix);
        MutateEndpoint.Map(api);
        DocumentEndpoint.Map(api);
        QueryEndpoint.Map(api);
        HistoryEndpoints.Map(api);
        ExportEndpoint.Map(api);
        CollectionExportEndpoint.Map(api);
        ImportEndpoint.Map(api);
        UploadEndpoint.Map(api);
        VerifyEndpoint.Map(api);
        ReplayEndpoint.Map(api);
        RebuildEndpoint.Map(api);
        RollbackEndpoints.Map(api);
        DatasetEndpoints.Map(api);
        CopyEndpoints.Map(api);
        BackupEndpoints.Map(api);
        RestoreEndpoints.Map(api);
        JobEndpoints.Map(api);
        AliasEndpoints.Map(api);
        TagEndpoints.Map(api);
        CorsEndpoints.Map(api);
        OrganizationEndpoints.Map(api);
        ProjectEndpoints.Map(api);
        ActivityEndpoint.Map(api);
        TokenEndpoints.Map(api);
        RobotEndpoints.Map(api);
        RoleEndpoints.Map(api);
        MemberEndpoints.Map(api);
        UserEndpoints.Map(api);
        GrantEndpoints.Map(api);
    }
}
