using EventStore.Mendoza.Json;

namespace EventStore.Mendoza.Diffing;

/// <summary>The <c>_key</c> by which editors tell the elements of an array apart.</summary>
internal static class ElementKey
{
    private const int MostFields = 8;

    /// <summary>
    /// The string under <c>_key</c> of an object, quotes and all; empty when there is none among its first fields. As
    /// keys are sorted, it is near the front, so the object need not be listed to find it.
    /// </summary>
    public static ReadOnlySpan<byte> Of(ReadOnlySpan<byte> element)
    {
        if (element.Length < 2 || element[0] != '{')
        {
            return [];
        }
        int at = 1;
        for (int field = 0; field < MostFields && at < element.Length && element[at] == '"'; field++)
        {
            int keyEnd = JsonScan.SkipString(element, at, out _);
            if (keyEnd < 0 || keyEnd + 1 >= element.Length)
            {
                return [];
            }
            ReadOnlySpan<byte> key = element[(at + 1)..(keyEnd - 1)];
            int end = JsonScan.SkipValue(element, keyEnd + 1, out _);
            if (end < 0 || end >= element.Length || key.SequenceCompareTo("_key"u8) > 0)
            {
                return [];
            }
            if (key.SequenceEqual("_key"u8))
            {
                return element[keyEnd + 1] == '"' ? element[(keyEnd + 1)..end] : [];
            }
            at = end + 1;
        }
        return [];
    }
}
