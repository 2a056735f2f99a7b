namespace EventStore.Mendoza.Diffing.Trees;

internal static class MalformedDocument
{
    public static MendozaException Exception() => new(new MendozaError(
        MendozaErrorCode.MalformedDocument, -1, "a document is not canonical JSON or nested too deeply"));
}
