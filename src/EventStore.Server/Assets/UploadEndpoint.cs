using EventStore.Log.Documents;
using EventStore.Server.Auth;
using EventStore.Server.Auth.Roles;
using EventStore.Server.Datasets;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace EventStore.Server.Assets;

/// <summary>
/// <c>POST /assets/images/{dataset}</c> and <c>/assets/files/{dataset}</c>: keeps the body as an asset and answers with
/// its document, which a transaction like any other has made, or was there already.
/// </summary>
internal static class UploadEndpoint
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var kind in AssetKind.All)
        {
            routes.MapPost(
                $"/assets/{kind.Folder}/{{dataset}}",
                (HttpContext context, string dataset, DatasetGate gate, Uploads uploads) =>
                    HandleAsync(context, kind, dataset, gate, uploads))
                .WithMetadata(DescribedErrors.Instance);
        }
    }

    private static async Task HandleAsync(
        HttpContext context, AssetKind kind, string dataset, DatasetGate gate, Uploads uploads)
    {
        var opened = await gate.OpenAsync(context, dataset, DocumentPermissions.Create);

        // The id is known when all of the body has come; who may make no asset at all is not kept waiting for that.
        AccessPolicy.RequireCreation(opened.Access, Uploads.Sample(kind).DocumentId);
        var fields = UploadFields.Read(context.Request);
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            // The upload counts for itself.
            size.MaxRequestBodySize = null;
        }

        var document = await uploads.KeepAsync(context, opened, kind, fields);
        using var answer = new StreamedAnswer(context, JsonAnswer.ContentType);
        answer.Write("{\"document\":"u8);
        var isReadable = opened.Access.CanRead(document.Id)
            || (opened.Access.ReadsByContent && opened.Access.CanRead(
                document.Id, DocumentScreen.Content(document.Content, document.Revision)));
        if (isReadable)
        {
            DocumentContent.WriteWithRevision(document.Content.Span, document.Revision, answer);
        }
        else
        {
            // Who may make an asset need not be able to read it, but clients need the id to refer to it.
            answer.Write("{\"_id\":"u8);
            answer.WriteString(document.Id.Value);
            answer.Write(",\"_type\":"u8);
            answer.WriteString(kind.DocumentType);
            answer.Write("}"u8);
        }

        answer.Write("}"u8);
        await answer.CompleteAsync();
    }
}
