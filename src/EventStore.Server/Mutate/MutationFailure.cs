using System.Buffers;
using System.Text.Json;
using EventStore.Log.Mutations;
using EventStore.Server.Wire;

namespace EventStore.Server.Mutate;

/// <summary>A refused transaction as clients see it.</summary>
internal static class MutationFailure
{
    private const string TransactionType = "mutationError";

    /// <summary>The first failed mutation decides the status.</summary>
    public static Failure From(MutationException exception)
    {
        var first = exception.Items[0].Error;
        var isReuse = first.Type == MutationErrorType.TransactionAlreadyExists;
        return new Failure(
            StatusOf(first.Type),
            isReuse ? first.Type.WireName() : TransactionType,
            isReuse ? first.Description : exception.Message)
        {
            IsDescribed = true,
            Items = isReuse ? default : WriteItems(exception.Items),
        };
    }

    private static int StatusOf(MutationErrorType type) => type switch
    {
        MutationErrorType.Validation => 400,
        MutationErrorType.InsufficientPermissions => 403,
        MutationErrorType.DocumentNotFound => 404,
        _ => 409,
    };

    private static ReadOnlyMemory<byte> WriteItems(IReadOnlyList<(int Index, MutationError Error)> items)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, JsonAnswer.Format))
        {
            writer.WriteStartArray();
            foreach (var (index, error) in items)
            {
                writer.WriteStartObject();
                writer.WriteNumber("index"u8, index);
                writer.WriteStartObject("error"u8);
                Write(writer, error);
                writer.WriteEndObject();
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        return buffer.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter writer, MutationError error)
    {
        writer.WriteString("type"u8, error.Type.WireName());
        writer.WriteString("description"u8, error.Description);
        WriteIfGiven(writer, "id", error.Id);
        WriteIfGiven(writer, "expectedRevisionID", error.ExpectedRevisionId);
        WriteIfGiven(writer, "currentRevisionID", error.CurrentRevisionId);
        WriteIfGiven(writer, "referenceID", error.ReferenceId);
        WriteIfGiven(writer, "permission", error.Permission);
        WriteIfGiven(writer, "value", Shorten(error.Value));
        if (error.ReferencingIds is { } referencing)
        {
            writer.WriteStartArray("referencingIDs"u8);
            foreach (var id in referencing)
            {
                writer.WriteStringValue(id);
            }

            writer.WriteEndArray();
        }
    }

    /// <summary>The value came from the client and may be as long as its request.</summary>
    private static string? Shorten(string? value) => value?.Length > ServerLimits.ErrorValueLength
        ? value[..ServerLimits.ErrorValueLength]
        : value;

    private static void WriteIfGiven(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }
}
