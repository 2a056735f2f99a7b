using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using EventStore.Log.Postgres;
using EventStore.Server.Assets.Images;
using EventStore.Server.Wire;

namespace EventStore.Server.Assets;

/// <summary>Writes the document of a new asset, as clients read it.</summary>
/// <param name="Name">Which asset.</param>
/// <param name="MimeType">The media type of the content.</param>
/// <param name="Fields">What the uploader says of it.</param>
internal sealed record AssetDocument(AssetName Name, string MimeType, UploadFields Fields)
{
    private const int UploadIdLength = 32;
    private const string UploadIdAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>In bytes.</summary>
    public required long Length { get; init; }

    /// <summary>What an image says of itself.</summary>
    public ImageHeader? Image { get; init; }

    /// <summary>The mutations that make the document unless it is there, as JSON.</summary>
    /// <param name="dataset">Where.</param>
    /// <param name="address">The address of the server for whoever downloads, without '/' at the end.</param>
    public ReadOnlyMemory<byte> WriteMutations(Dataset dataset, string address)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, JsonAnswer.Format))
        {
            writer.WriteStartArray();
            writer.WriteStartObject();
            writer.WriteStartObject("createIfNotExists"u8);
            Write(writer, Name.PathIn(dataset), address);
            writer.WriteEndObject();
            writer.WriteEndObject();
            writer.WriteEndArray();
        }

        return buffer.WrittenMemory;
    }

    private void Write(Utf8JsonWriter writer, string path, string address)
    {
        writer.WriteString("_id"u8, Name.DocumentId.Value);
        writer.WriteString("_type"u8, Name.Kind.DocumentType);
        writer.WriteString("assetId"u8, Name.Sha1);
        writer.WriteString("extension"u8, Name.Extension);
        writer.WriteString("mimeType"u8, MimeType);
        if (Fields.FileName is { } fileName)
        {
            writer.WriteString("originalFilename"u8, fileName);
        }

        writer.WriteString("path"u8, path);
        writer.WriteString("sha1hash"u8, Name.Sha1);
        writer.WriteNumber("size"u8, Length);
        writer.WriteString("uploadId"u8, RandomNumberGenerator.GetString(UploadIdAlphabet, UploadIdLength));
        writer.WriteString("url"u8, $"{address}/{path}");
        foreach (var (name, value) in Fields.Texts)
        {
            writer.WriteString(name, value);
        }

        WriteSource(writer);
        WriteMetadata(writer);
    }

    private void WriteSource(Utf8JsonWriter writer)
    {
        if (Fields.Source.Count == 0)
        {
            return;
        }

        writer.WriteStartObject("source"u8);
        foreach (var (name, value) in Fields.Source)
        {
            writer.WriteString(name, value);
        }

        writer.WriteEndObject();
    }

    /// <summary>
    /// That an image with an alpha channel is opaque all the same only its pixels could tell, so such an image is not
    /// called opaque.
    /// </summary>
    private void WriteMetadata(Utf8JsonWriter writer)
    {
        if (Image is null)
        {
            return;
        }

        writer.WriteStartObject("metadata"u8);
        writer.WriteString("_type"u8, "sanity.imageMetadata"u8);
        writer.WriteStartObject("dimensions"u8);
        writer.WriteString("_type"u8, "sanity.imageDimensions"u8);
        writer.WriteNumber("width"u8, Image.Width);
        writer.WriteNumber("height"u8, Image.Height);
        writer.WriteNumber("aspectRatio"u8, (double)Image.Width / Image.Height);
        writer.WriteEndObject();
        writer.WriteBoolean("hasAlpha"u8, Image.HasAlpha);
        writer.WriteBoolean("isOpaque"u8, !Image.HasAlpha);
        writer.WriteEndObject();
    }
}
