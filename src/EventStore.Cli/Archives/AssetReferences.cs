using System.Buffers;
using System.Text;
using System.Text.Json;
using EventStore.Server.Assets;
using EventStore.Server.Wire;

namespace EventStore.Cli.Archives;

/// <summary>
/// What documents in an archive refer to: files (see <see cref="AssetFileReferences"/>), which become references to
/// assets again, and other documents.
/// </summary>
internal static class AssetReferences
{
    private const string FileMember = AssetFileReferences.Member;
    private const string FileScheme = AssetFileReferences.Scheme;

    /// <summary>Writes a document with references to assets in place of files.</summary>
    /// <param name="document">The document.</param>
    /// <param name="assets">Ids of assets by kind and path, as <see cref="FilesOf"/> gives them.</param>
    /// <param name="isWeak">Whether strong references become weak.</param>
    /// <param name="output">Receives it.</param>
    public static void WriteReferences(
        JsonElement document,
        IReadOnlyDictionary<ArchivedFile, string> assets,
        bool isWeak,
        IBufferWriter<byte> output)
    {
        RawJson.Write(document, output, Rewrite);

        bool Rewrite(JsonElement value, IBufferWriter<byte> into)
        {
            if (RawJson.Text(value, FileMember) is { } text && Parse(text) is { } file)
            {
                // The whole value may be nothing but the name of a file; clients need its type.
                var isAlone = value.GetPropertyCount() == 1;
                var type = isAlone ? $"\"_type\":\"{file.Kind}\"," : "";
                into.Write(Encoding.UTF8.GetBytes(
                    $"{{{type}\"asset\":{{\"_ref\":\"{assets[file]}\",\"_type\":\"reference\"}}"));
                RawJson.WriteMembers(value, into, Rewrite, [FileMember, "asset"], separated: true);
                into.Write("}"u8);
                return true;
            }

            if (!isWeak || !IsStrongReference(value))
            {
                return false;
            }

            into.Write("{\"_weak\":true"u8);
            RawJson.WriteMembers(value, into, Rewrite, ["_weak"], separated: true);
            into.Write("}"u8);
            return true;
        }
    }

    /// <summary>The files that a document names.</summary>
    /// <exception cref="CommandFailure">It names something that is no file of an archive.</exception>
    public static IReadOnlyList<ArchivedFile> FilesOf(JsonElement document)
    {
        var files = new List<ArchivedFile>();
        Visit(document, value =>
        {
            if (value.TryGetProperty(FileMember, out var name))
            {
                files.Add(name.ValueKind == JsonValueKind.String && Parse(name.GetString()!) is { } file
                    ? file
                    : throw new CommandFailure($"{name.GetRawText()} names no file of the archive"));
            }
        });
        return files;
    }

    /// <summary>The ids that a document refers to strongly and in its own dataset.</summary>
    public static IReadOnlyCollection<string> StrongTargets(JsonElement document)
    {
        var targets = new HashSet<string>(StringComparer.Ordinal);
        Visit(document, value =>
        {
            if (IsStrongReference(value))
            {
                targets.Add(value.GetProperty("_ref").GetString()!);
            }
        });
        return targets;
    }

    private static bool IsStrongReference(JsonElement value) =>
        RawJson.Text(value, "_ref") is not null
        && !(value.TryGetProperty("_weak", out var weak) && weak.ValueKind == JsonValueKind.True)
        && !value.TryGetProperty("_dataset", out _)
        && !value.TryGetProperty("_projectId", out _);

    private static ArchivedFile? Parse(string text)
    {
        var kind = text.Split('@', 2)[0];
        return kind is "image" or "file" && text[kind.Length..].StartsWith(FileScheme, StringComparison.Ordinal)
            ? new(kind, text[(kind.Length + FileScheme.Length)..])
            : null;
    }

    private static void Visit(JsonElement value, Action<JsonElement> visit)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (var element in value.EnumerateArray())
            {
                Visit(element, visit);
            }
        }
        else if (value.ValueKind == JsonValueKind.Object)
        {
            visit(value);
            foreach (var member in value.EnumerateObject())
            {
                Visit(member.Value, visit);
            }
        }
    }
}
