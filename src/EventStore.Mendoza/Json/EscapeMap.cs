namespace EventStore.Mendoza.Json;

/// <summary>
/// Where the escapes of a string lie, so that offsets into its UTF-8 form can be found in its spelling by bisection
/// however many slices ask. Every canonical escape stands for exactly one byte.
/// </summary>
internal sealed class EscapeMap
{
    private readonly List<int> spelled = [];
    private readonly List<int> plain = [];

    public EscapeMap(ReadOnlySpan<byte> content)
    {
        int removed = 0;
        int at = content.IndexOf((byte)'\\');
        while (at < content.Length)
        {
            int length = content[at + 1] == 'u' ? JsonText.MaxEscapedLength : 2;
            plain.Add(at - removed);
            spelled.Add(at + length);
            removed += length - 1;
            at += length;
            int next = content[at..].IndexOf((byte)'\\');
            at = next < 0 ? content.Length : at + next;
        }
        Length = content.Length - removed;
    }

    /// <summary>Length of the string in UTF-8 bytes.</summary>
    public int Length { get; }

    /// <summary>Offset in the spelling of an offset in the UTF-8 form.</summary>
    public int Spelled(int offset)
    {
        int before = plain.BinarySearch(offset);
        before = before >= 0 ? before - 1 : ~before - 1;
        return before < 0 ? offset : spelled[before] + offset - plain[before] - 1;
    }

    /// <summary>Offset in the UTF-8 form of an offset in the spelling, which must not lie inside an escape.</summary>
    public int Plain(int offset)
    {
        int last = spelled.BinarySearch(offset);
        last = last >= 0 ? last : ~last - 1;
        return last < 0 ? offset : plain[last] + 1 + offset - spelled[last];
    }
}
