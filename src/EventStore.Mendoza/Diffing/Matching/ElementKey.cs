using EventStore.Mendoza.Json;

namespace EventStore.Mendoza.Diffing.Matching;

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
        ReadOnlySpan<byte> usual = "{\"_key\":\""u8;
        if (element.StartsWith(usual))
        {
            int end = JsonScan.SkipString(element, usual.Length - 1, out _);
            return end < 0 ? [] : element[(usual.Length - 1)..end];
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
            int valueEnd = JsonScan.SkipValue(element, keyEnd + 1, out _);
            if (valueEnd < 0 || valueEnd >= element.Length || key.SequenceCompareTo("_key"u8) > 0)
            {
                return [];
            }
            if (key.SequenceEqual("_key"u8))
            {
                return element[keyEnd + 1] == '"' ? element[(keyEnd + 1)..valueEnd] : [];
            }
            at = valueEnd + 1;
        }
        return [];
    }
}
