using System.Buffers;

namespace EventStore.Log.Documents;

/// <summary>The characters that ids are made of.</summary>
internal static class IdentifierText
{
    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    public static bool HasOnlyIdentifierCharacters(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(Allowed);
}
