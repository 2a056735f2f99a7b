using EventStore.Server.Assets;
using EventStore.Server.Blobs;
using EventStore.Server.Hosting;
using EventStore.Server.Jobs;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Http;

namespace EventStore.Server.Collections;

/// <summary>What clients are told of exports.</summary>
internal sealed class CollectionAnswer(DownloadLinks links, ServerSettings settings)
{
    /// <summary>A finished export, with links that are good from now on.</summary>
    public Task SendAsync(HttpContext context, CollectionExportResult result)
    {
        var address = PublicAddress.Of(context, settings);
        return JsonAnswer.SendAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("download_url"u8, address + LinkTo(result.File));
            writer.WriteString("s3_path"u8, LocationOf(result.File));
            writer.WriteString("format"u8, result.Format.ToString().ToLowerInvariant());
            writer.WriteNumber("document_count"u8, result.Documents);
            writer.WriteNumber("file_size_bytes"u8, result.File.Length);
            writer.WriteString("exported_at"u8, WireTime.Format(result.ExportedAt));
            if (result.Vectors is { } vectors)
            {
                writer.WriteString("vectors_download_url"u8, address + LinkTo(vectors));
                writer.WriteString("vectors_s3_path"u8, LocationOf(vectors));
            }

            writer.WriteEndObject();
        });
    }

    /// <summary>An export that is not finished: status 202, and where its result will be.</summary>
    public Task SendAsync(HttpContext context, string collection, Job job)
    {
        var path = $"/v1/collections/{collection}/export/{job.Id}";
        var result = PublicAddress.Of(context, settings) + path;
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        return JsonAnswer.SendAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("job_id"u8, job.Id);
            writer.WriteString("state"u8, job.State);
            writer.WriteNumber("progress"u8, job.Progress);
            writer.WriteString("message"u8, job.Message);
            writer.WriteString("result_url"u8, result);
            writer.WriteEndObject();
        });
    }

    private string LinkTo(ExportedFile file) =>
        links.Create(new(file.Key, file.Name, file.ContentType), ServerLimits.DownloadLinkLifetime).Path;

    private string LocationOf(ExportedFile file)
    {
        var place = BlobSettings.ReadLocation(settings)?.ToString().TrimEnd('/') ?? BlobSettings.FolderName;
        return $"{place}/{file.Key}";
    }
}
