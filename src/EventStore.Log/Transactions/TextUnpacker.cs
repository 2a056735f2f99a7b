using System.Runtime.Intrinsics;

namespace EventStore.Log.Transactions;

/// <summary>Runs the tokens of a packed text. Believes nothing: a damaged row is an error, not a crash.</summary>
internal ref struct TextUnpacker(ReadOnlySpan<byte> packed, ReadOnlySpan<byte> beside, Span<byte> text)
{
    private readonly ReadOnlySpan<byte> _packed = packed;
    private readonly ReadOnlySpan<byte> _beside = beside;
    private readonly Span<byte> _text = text;
    private int _position = 1;
    private int _written;
    private int _distance;

    public void Run()
    {
        PackedText.ReadNumber(_packed, ref _position);
        while (_position < _packed.Length)
        {
            var token = _packed[_position++];
            switch (token)
            {
                case < PackedText.Punctuated:
                    CopyLiteral(token + 1);
                    break;
                case < PackedText.Copy:
                    var pairs = Take((token & 0x1F) + PackedText.LeastPairs);
                    PackedAlphabets.Unpack(token >= PackedText.Hexadecimal, pairs, Room(2 * pairs.Length));
                    break;
                case < PackedText.CopyAgain:
                    var length = CopyLength(token, PackedText.LeastCopy);
                    _distance = PackedText.ReadNumber(_packed, ref _position);
                    Copy(length);
                    break;
                default:
                    Copy(CopyLength(token, PackedText.LeastCopyAgain));
                    break;
            }
        }

        if (_written != _text.Length)
        {
            throw PackedText.Broken();
        }
    }

    /// <summary>
    /// Most pieces are of a few bytes, for which a copy of exactly so many takes longer than finding out what to copy.
    /// What is written beyond them is written over by the next piece.
    /// </summary>
    /// <returns>False when there is no room for more than the piece.</returns>
    private readonly bool TryCopyShort(ReadOnlySpan<byte> source, int from, int length)
    {
        if (length > Vector128<byte>.Count
            || from > source.Length - Vector128<byte>.Count
            || _written > _text.Length - Vector128<byte>.Count)
        {
            return false;
        }

        Vector128.Create(source[from..]).CopyTo(_text[_written..]);
        return true;
    }

    private void CopyLiteral(int length)
    {
        if (TryCopyShort(_packed, _position, length))
        {
            _position += length;
            _written += length;
            return;
        }

        var literal = Take(length);
        literal.CopyTo(Room(length));
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _packed.Length - _position)
        {
            throw PackedText.Broken();
        }

        _position += count;
        return _packed.Slice(_position - count, count);
    }

    private Span<byte> Room(int count)
    {
        if (count > _text.Length - _written)
        {
            throw PackedText.Broken();
        }

        _written += count;
        return _text.Slice(_written - count, count);
    }

    private int CopyLength(byte token, int least)
    {
        var count = token & 0x3F;
        return count < PackedText.LongCopy
            ? count + least
            : (int)Math.Min(int.MaxValue, (long)count + least + PackedText.ReadNumber(_packed, ref _position));
    }

    private void Copy(int length)
    {
        var from = _written - _distance;
        if (from >= 0
            ? length <= _distance && TryCopyShort(_text, from, length)
            : from < -_beside.Length && TryCopyPhrase(from, length))
        {
            _written += length;
            return;
        }

        var target = Room(length);
        while (length > 0)
        {
            var source = Source(from);
            if (source.IsEmpty || _distance == 0)
            {
                throw PackedText.Broken();
            }

            // A copy that runs into what it writes repeats it: then it goes on in pieces of what is there.
            var count = Math.Min(length, source.Length);
            source[..count].CopyTo(target);
            target = target[count..];
            length -= count;
            from += count;
        }
    }

    private readonly bool TryCopyPhrase(int from, int length)
    {
        var place = PackedPhrases.Text.Length + _beside.Length + from;
        return place >= 0 && TryCopyShort(PackedPhrases.Text, place, length);
    }

    /// <summary>What stands from a place on, up to the end of its part; places before the text are negative.</summary>
    private readonly ReadOnlySpan<byte> Source(int from)
    {
        if (from >= 0)
        {
            return _text.Slice(from, _distance);
        }

        if (from >= -_beside.Length)
        {
            return _beside[(_beside.Length + from)..];
        }

        var phrases = PackedPhrases.Text;
        var place = phrases.Length + _beside.Length + from;
        return place < 0 ? default : phrases[place..];
    }
}
