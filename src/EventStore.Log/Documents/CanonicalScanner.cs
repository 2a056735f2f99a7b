using System.Buffers;

namespace EventStore.Log.Documents;

/// <summary>
/// Finds the ends of values in canonical JSON. It trusts its input (everything in the log went through the
/// canonicalizer), so it only has to look at quotes and brackets, which a vectorized search finds quickly.
/// </summary>
internal static class CanonicalScanner
{
    private static readonly SearchValues<byte> Structure = SearchValues.Create("{}[]\""u8);
    private static readonly SearchValues<byte> ScalarEnd = SearchValues.Create(",]}"u8);

    /// <summary>The offset after the value that begins at <paramref name="start"/>.</summary>
    public static int EndOfValue(ReadOnlySpan<byte> json, int start)
    {
        switch (json[start])
        {
            case (byte)'"':
                return EndOfString(json, start);
            case (byte)'{':
            case (byte)'[':
                return EndOfContainer(json, start);
            default:
                var length = json[start..].IndexOfAny(ScalarEnd);
                return length < 0 ? json.Length : start + length;
        }
    }

    /// <summary>The offset after the closing quote of the string that begins at <paramref name="start"/>.</summary>
    public static int EndOfString(ReadOnlySpan<byte> json, int start)
    {
        var position = start + 1;
        while (true)
        {
            position += json[position..].IndexOfAny((byte)'"', (byte)'\\');
            if (json[position] == '"')
            {
                return position + 1;
            }

            position += 2;
        }
    }

    private static int EndOfContainer(ReadOnlySpan<byte> json, int start)
    {
        var depth = 0;
        var position = start;
        while (true)
        {
            position += json[position..].IndexOfAny(Structure);
            switch (json[position])
            {
                case (byte)'"':
                    position = EndOfString(json, position);
                    continue;
                case (byte)'{':
                case (byte)'[':
                    depth++;
                    break;
                default:
                    depth--;
                    if (depth == 0)
                    {
                        return position + 1;
                    }

                    break;
            }

            position++;
        }
    }
}
