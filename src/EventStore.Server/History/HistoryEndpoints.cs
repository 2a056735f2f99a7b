using EventStore.Server.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace EventStore.Server.History;

/// <summary>The History API.</summary>
internal static class HistoryEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var history = routes.MapGroup("/data/history/{dataset}");
        history.MapGet("/documents/{ids}", PastDocumentEndpoint.HandleAsync);
        history.MapGet("/documents/{id}/diff", DiffEndpoint.HandleAsync);
        history.MapGet("/transactions", TransactionsEndpoint.HandleAllAsync).WithMetadata(DescribedErrors.Instance);
        history.MapGet("/transactions/{ids}", TransactionsEndpoint.HandleDocumentsAsync)
            .WithMetadata(DescribedErrors.Instance);
    }
}
