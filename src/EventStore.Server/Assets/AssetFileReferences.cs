using System.Buffers;
using System.Text;
using System.Text.Json;
using EventStore.Server.Wire;

namespace EventStore.Server.Assets;

/// <summary>
/// Documents in a dataset refer to assets by id; in an archive they name files:
/// <c>"_sanityAsset":"image@file://./images/…"</c>, as <c>@sanity/export</c> writes it, and importers upload these.
/// </summary>
public static class AssetFileReferences
{
    /// <summary>The member that names a file.</summary>
    public const string Member = "_sanityAsset";

    /// <summary>What stands between the kind of the asset and the path of its file.</summary>
    public const string Scheme = "@file://./";

    /// <summary>Writes a document with files named in place of references to assets.</summary>
    /// <param name="document">The document.</param>
    /// <param name="find">The kind and the path of the file of an asset by its id; null when the archive lacks
    /// it.</param>
    /// <param name="output">Receives it; the document as it is when it refers to no asset.</param>
    public static void Write(
        ReadOnlyMemory<byte> document, Func<string, (string Kind, string Path)?> find, IBufferWriter<byte> output)
    {
        if (document.Span.IndexOf("\"asset\""u8) < 0)
        {
            output.Write(document.Span);
            return;
        }

        using var json = JsonDocument.Parse(document, RawJson.Options);
        RawJson.Write(json.RootElement, output, Rewrite);

        bool Rewrite(JsonElement value, IBufferWriter<byte> into)
        {
            if (!value.TryGetProperty("asset", out var asset)
                || RawJson.Text(asset, "_ref") is not { } id
                || find(id) is not { } file)
            {
                return false;
            }

            into.Write(Encoding.UTF8.GetBytes($"{{\"{Member}\":\"{file.Kind}{Scheme}{file.Path}\""));
            RawJson.WriteMembers(value, into, Rewrite, ["asset"], separated: true);
            into.Write("}"u8);
            return true;
        }
    }
}
