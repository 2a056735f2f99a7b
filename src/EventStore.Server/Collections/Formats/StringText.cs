namespace EventStore.Server.Collections.Formats;

/// <summary>Reads the texts that canonical JSON strings spell, as UTF-8, into memory that is used again.</summary>
internal sealed class StringText
{
    private const int UnicodeEscape = 6;

    private byte[] _buffer = new byte[256];

    /// <summary>The text of a string with its quotes; good until the next call.</summary>
    public ReadOnlySpan<byte> Read(ReadOnlySpan<byte> value)
    {
        var spelled = value[1..^1];
        var escape = spelled.IndexOf((byte)'\\');
        if (escape < 0)
        {
            return spelled;
        }

        if (_buffer.Length < spelled.Length)
        {
            _buffer = new byte[Math.Max(spelled.Length, 2 * _buffer.Length)];
        }

        var length = 0;
        while (escape >= 0)
        {
            spelled[..escape].CopyTo(_buffer.AsSpan(length));
            length += escape;
            var letter = spelled[escape + 1];
            _buffer[length++] = letter switch
            {
                (byte)'b' => (byte)'\b',
                (byte)'f' => (byte)'\f',
                (byte)'n' => (byte)'\n',
                (byte)'r' => (byte)'\r',
                (byte)'t' => (byte)'\t',

                // Canonical JSON escapes control characters alone by their number.
                (byte)'u' => Convert.FromHexString(spelled.Slice(escape + 4, 2))[0],
                _ => letter,
            };
            spelled = spelled[(escape + (letter == 'u' ? UnicodeEscape : 2))..];
            escape = spelled.IndexOf((byte)'\\');
        }

        spelled.CopyTo(_buffer.AsSpan(length));
        return _buffer.AsSpan(0, length + spelled.Length);
    }
}
