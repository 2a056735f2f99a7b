namespace EventStore.Log.Transactions;

/// <summary>
/// Finds the tokens of a packed text: one pass, greedy, with one remembered place for each hash of four bytes. It keeps
/// its tables between texts, so packing a small one costs no more than looking at it.
/// </summary>
internal sealed class TextPacker
{
    private const int HashBits = 13;
    private const int LeastMatch = 4;
    private const int RunsLookedFor = 6;
    private const int LongestLiteral = 64;
    private const int LongestRun = 66;

    /// <summary>Places in a long copy are remembered one in so many: the copied text is known already.</summary>
    private const int SparseStep = 4;
    private const int SparseLength = 64;

    [ThreadStatic]
    private static TextPacker? _ofThread;

    private static readonly int PhrasesLength = PackedPhrases.Text.Length;

    // A place is kept as _base + place, so that those of earlier texts are below _base and need no clearing.
    private readonly int[] _places = new int[1 << HashBits];
    private readonly int[] _phrases = new int[1 << HashBits];
    private byte[] _window = new byte[4096];
    private byte[] _output = new byte[4096];
    private int _base = 1;
    private int _written;
    private int _literal;
    private int _distance;

    private TextPacker()
    {
        Array.Fill(_phrases, -1);
        PackedPhrases.Text.CopyTo(_window);
        for (var place = 0; place + LeastMatch <= PhrasesLength; place++)
        {
            _phrases[Hash(place)] = place;
        }
    }

    /// <summary>One for each thread.</summary>
    public static TextPacker OfThread => _ofThread ??= new();

    public byte[] Pack(ReadOnlySpan<byte> text, ReadOnlySpan<byte> beside)
    {
        var start = PhrasesLength + beside.Length;
        var end = start + text.Length;
        Prepare(text, beside, start, end);
        Write(PackedText.Tokens);
        WriteNumber(text.Length);
        PackFrom(start, end);
        _base += end;
        byte[] packed = _written > text.Length
            ? [PackedText.Plain, .. text]
            : _output.AsSpan(0, _written).ToArray();
        Trim();
        return packed;
    }

    private void Prepare(ReadOnlySpan<byte> text, ReadOnlySpan<byte> beside, int start, int end)
    {
        if (_window.Length < end + LeastMatch)
        {
            Array.Resize(ref _window, Math.Max(end + LeastMatch, 2 * _window.Length));
        }

        // The worst case is a literal of one byte after each token.
        if (_output.Length < (2 * text.Length) + 16)
        {
            _output = new byte[Math.Max((2 * text.Length) + 16, 2 * _output.Length)];
        }

        if (_base > int.MaxValue - end - 1)
        {
            Array.Clear(_places);
            _base = 1;
        }

        beside.CopyTo(_window.AsSpan(PhrasesLength));
        text.CopyTo(_window.AsSpan(start));
        _written = 0;
        _distance = 0;
        _literal = start;
        for (var place = PhrasesLength; place + LeastMatch <= start; place++)
        {
            _places[Hash(place)] = _base + place;
        }
    }

    private void PackFrom(int start, int end)
    {
        var place = start;
        while (place < end)
        {
            var again = _distance > 0 ? Common(place - _distance, place, end) : 0;
            var (from, length) = Find(place, end, again);
            if (from < 0 && again < PackedText.LeastCopyAgain)
            {
                place++;
                continue;
            }

            if (from < 0)
            {
                WriteLiterals(place);
                WriteCopy(PackedText.CopyAgain, again - PackedText.LeastCopyAgain);
                length = again;
            }
            else
            {
                var back = Back(from, place);
                WriteLiterals(place - back);
                WriteCopy(PackedText.Copy, length + back - PackedText.LeastCopy);
                _distance = place - from;
                WriteNumber(_distance);
            }

            Remember(place, length, end);
            place += length;
            _literal = place;
        }

        WriteLiterals(end);
    }

    /// <summary>An earlier place of the same bytes that is worth its distance; -1 when there is none.</summary>
    private (int From, int Length) Find(int place, int end, int again)
    {
        if (place + LeastMatch > end)
        {
            return (-1, 0);
        }

        var hash = Hash(place);
        var recent = _places[hash] - _base;
        _places[hash] = _base + place;
        var best = (From: -1, Length: 0);
        if (recent >= 0 && IsWorth(recent, place, end, again, out var length))
        {
            best = (recent, length);
        }

        var phrase = _phrases[hash];
        if (phrase >= 0 && IsWorth(phrase, place, end, Math.Max(again, best.Length), out length))
        {
            best = (phrase, length);
        }

        return best;
    }

    private bool IsWorth(int from, int place, int end, int other, out int length)
    {
        length = Common(from, place, end);
        var cost = (place - from) switch { < 1 << 7 => 1, < 1 << 14 => 2, _ => 3 };
        return length >= LeastMatch && length > (other == 0 ? 0 : other + cost);
    }

    private int Common(int from, int place, int end) =>
        _window.AsSpan(place, end - place).CommonPrefixLength(_window.AsSpan(from, end - place));

    /// <summary>How far a match reaches back into what is not written yet.</summary>
    private int Back(int from, int place)
    {
        var back = 0;
        while (place - back > _literal && from > back && _window[from - back - 1] == _window[place - back - 1])
        {
            back++;
        }

        return back;
    }

    private void Remember(int place, int length, int end)
    {
        var step = length > SparseLength ? SparseStep : 1;
        var last = Math.Min(place + length, end - LeastMatch + 1);
        for (var next = place + 1; next < last; next += step)
        {
            _places[Hash(next)] = _base + next;
        }
    }

    private int Hash(int place) =>
        (int)((PackedText.Four(_window, place) * 2654435761u) >> (32 - HashBits));

    private void WriteLiterals(int end)
    {
        while (_literal < end)
        {
            var rest = _window.AsSpan(_literal, end - _literal);
            var hexadecimal = PackedAlphabets.CountHexadecimal(rest, LongestRun) & ~1;
            var punctuated = PackedAlphabets.CountPunctuated(rest, LongestRun) & ~1;
            if (Math.Max(hexadecimal, punctuated) >= 2 * PackedText.LeastPairs)
            {
                WritePairs(hexadecimal >= punctuated, rest[..Math.Max(hexadecimal, punctuated)]);
                continue;
            }

            var count = 1;
            while (count < Math.Min(rest.Length, LongestLiteral)
                && PackedAlphabets.CountHexadecimal(rest[count..], RunsLookedFor) < RunsLookedFor
                && PackedAlphabets.CountPunctuated(rest[count..], RunsLookedFor) < RunsLookedFor)
            {
                count++;
            }

            Write((byte)(count - 1));
            rest[..count].CopyTo(_output.AsSpan(_written));
            _written += count;
            _literal += count;
        }
    }

    private void WritePairs(bool isHexadecimal, ReadOnlySpan<byte> run)
    {
        var pairs = run.Length / 2;
        var first = isHexadecimal ? PackedText.Hexadecimal : PackedText.Punctuated;
        Write((byte)(first | (pairs - PackedText.LeastPairs)));
        PackedAlphabets.Pack(isHexadecimal, run, _output.AsSpan(_written));
        _written += pairs;
        _literal += run.Length;
    }

    private void WriteCopy(byte token, int count)
    {
        Write((byte)(token | Math.Min(count, PackedText.LongCopy)));
        if (count >= PackedText.LongCopy)
        {
            WriteNumber(count - PackedText.LongCopy);
        }
    }

    private void WriteNumber(int number)
    {
        for (; number >= 0x80; number >>= 7)
        {
            Write((byte)(number | 0x80));
        }

        Write((byte)number);
    }

    private void Write(byte value) => _output[_written++] = value;

    /// <summary>One huge text must not leave its buffers behind on every thread.</summary>
    private void Trim()
    {
        if (_window.Length > Limits.PackingBufferBytes)
        {
            _window = new byte[4096];
            PackedPhrases.Text.CopyTo(_window);
        }

        if (_output.Length > Limits.PackingBufferBytes)
        {
            _output = new byte[4096];
        }
    }
}
