namespace EventStore.Server.Reference;

/// <summary>Calls on the server itself: without a version and without a token.</summary>
internal static class ServerOperations
{
    public static readonly IReadOnlyList<Operation> All =
    [
        new("GET /health", "Ask whether the process lives", "Health") { IsOpen = true },
        new("GET /health/ready", "Ask whether the server can work", "Health") { IsOpen = true },
        new("GET /openapi.json", "This description", "object") { IsOpen = true },
    ];
}
