using EventStore.Log.Documents;
using EventStore.Log.Mutations;
using EventStore.Log.Postgres;
using EventStore.Log.Transactions;
using EventStore.Mendoza;
using EventStore.Server.Assets.Images;
using EventStore.Server.Auth;
using EventStore.Server.Blobs;
using EventStore.Server.Datasets;
using EventStore.Server.Hosting;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Http;

namespace EventStore.Server.Assets;

/// <summary>
/// Takes uploads: the body goes to a file of this server, is looked at there, then to where blobs are kept, and last
/// the document is made. Whatever ends it in between leaves at most a blob that no document names, and that the same
/// upload finds again.
/// </summary>
internal sealed class Uploads(
    SpoolFolder spool,
    IBlobStore blobs,
    AssetStore assets,
    DocumentReader documents,
    TransactionAppender appender,
    IIdentifierSource identifiers,
    ServerSettings settings)
{
    private const string PlainText = "text/plain";

    /// <summary>Some asset of a kind, to ask for the right to make one before its name is known.</summary>
    public static AssetName Sample(AssetKind kind) => kind == AssetKind.Image
        ? new(kind, new string('0', 40), "png") { Size = (1, 1) }
        : new(kind, new string('0', 40), "bin");

    public static DescribedException UnsupportedType(string description) =>
        new(StatusCodes.Status415UnsupportedMediaType, "unsupportedMediaTypeError", description);

    /// <summary>Keeps the body of a request.</summary>
    /// <returns>The asset's document.</returns>
    /// <exception cref="DescribedException">The body is not what it should be.</exception>
    /// <exception cref="MutationException">403: the caller may not make the document.</exception>
    public async Task<DocumentSnapshot> KeepAsync(
        HttpContext context, DatasetRequest opened, AssetKind kind, UploadFields fields)
    {
        if (!ContentTypes.TryParse(context.Request.ContentType, out var type))
        {
            throw UnsupportedType("The Content-Type is no media type");
        }

        var limit = kind == AssetKind.Image ? ServerLimits.ImageBytes : ServerLimits.FileBytes;
        await using var content = await UploadedContent.ReadAsync(
            context.Request, spool, limit, context.RequestAborted);
        var document = kind == AssetKind.Image
            ? DescribeImage(content, type, fields)
            : DescribeFile(content, type, fields);
        AccessPolicy.RequireCreation(opened.Access, document.Name.DocumentId);
        var mutations = MutationParser.Parse(
            CanonicalJson.Canonicalize(
                document.WriteMutations(opened.Dataset, PublicAddress.Of(context, settings)).Span,
                ServerLimits.MutationJson),
            new(false),
            identifiers);
        if (AccessPolicy.ChecksChanges(opened.Access))
        {
            // What is refused for what is in the document is refused before its content is kept.
            await AppendAsync(opened, mutations, isDry: true, context.RequestAborted);
        }

        await KeepContentAsync(opened.Dataset, content, context.RequestAborted);
        return await FindAsync(opened.Dataset, document.Name.DocumentId, context.RequestAborted)
            ?? await CreateAsync(opened, document.Name, mutations, context.RequestAborted);
    }

    private static AssetDocument DescribeImage(UploadedContent content, string? type, UploadFields fields)
    {
        ImageHeader image;
        try
        {
            image = ImageReader.Read(content.Content);
        }
        catch (ImageFormatException exception)
        {
            throw DescribedException.Malformed(exception.Message);
        }

        var real = ContentTypes.Of(image.Extension);

        // Some clients say nothing, or only what kind of value they were given.
        if (type is not (null or ContentTypes.Unknown or PlainText) && type.Replace("/jpg", "/jpeg") != real)
        {
            throw UnsupportedType($"The Content-Type is {type}, but the body is {real}");
        }

        var name = new AssetName(AssetKind.Image, content.Sha1, image.Extension) { Size = (image.Width, image.Height) };
        return new(name, real, fields) { Length = content.Length, Image = image };
    }

    private static AssetDocument DescribeFile(UploadedContent content, string? type, UploadFields fields)
    {
        var extension = ContentTypes.ExtensionOf(fields.FileName, type);
        var name = new AssetName(AssetKind.File, content.Sha1, extension);
        var isSaid = type is not null and not ContentTypes.Unknown;
        return new(name, isSaid ? type! : ContentTypes.Of(extension), fields) { Length = content.Length };
    }

    private async Task KeepContentAsync(Dataset dataset, UploadedContent content, CancellationToken cancellationToken)
    {
        var key = AssetName.BlobOf(dataset.Number, content.Sha1);

        // The store is asked, not the database: content that was lost comes back by uploading it again.
        if (await blobs.FindLengthAsync(key, cancellationToken) != content.Length)
        {
            content.Content.Position = 0;
            await blobs.PutAsync(key, content.Content, cancellationToken);
        }

        await assets.AddAsync(dataset, content, cancellationToken);
    }

    private async Task<DocumentSnapshot?> FindAsync(
        Dataset dataset, DocumentId id, CancellationToken cancellationToken) =>
        (await documents.ReadAsync(dataset, [id], Moment.Now, cancellationToken)).SingleOrDefault();

    private async Task<DocumentSnapshot> CreateAsync(
        DatasetRequest opened, AssetName name, IReadOnlyList<Mutation> mutations, CancellationToken cancellationToken)
    {
        try
        {
            var result = await AppendAsync(opened, mutations, isDry: false, cancellationToken);
            var change = result.Changes[0];
            return change.HasEffect
                ? new(change.Id, result.Sequence, result.Id.Value, change.After)
                : new(change.Id, result.Sequence, change.Before.Revision!, change.Before.Content);
        }
        catch (DatasetNotFoundException)
        {
            // The dataset was deleted meanwhile, perhaps after its blobs were: nobody would come back for this one.
            await blobs.DeleteAsync(AssetName.BlobOf(opened.Dataset.Number, name.Sha1), CancellationToken.None);
            throw;
        }
    }

    private Task<AppendResult> AppendAsync(
        DatasetRequest opened, IReadOnlyList<Mutation> mutations, bool isDry, CancellationToken cancellationToken)
    {
        var request = new AppendRequest
        {
            Author = opened.Caller.UserId,
            Mutations = mutations,
            Check = AccessPolicy.ChecksChanges(opened.Access)
                ? (asked, changes) => AccessPolicy.RequireChanges(opened.Access, asked, changes)
                : null,
            DryRun = isDry,
        };
        return appender.AppendAsync(opened.Dataset, request, cancellationToken);
    }
}
