using System.Buffers;
using System.Buffers.Binary;
using EventStore.Log.Transactions;

namespace EventStore.Log.Postgres.Replay;

/// <summary>
/// Cuts what <c>COPY … (FORMAT binary)</c> of sequence, document and patch sends into blocks. Rows are not copied a
/// second time and are no objects, which takes a fraction of what reading them one by one takes.
/// </summary>
/// <param name="copy">The copy. It is read without being awaited: its bytes come in pieces of a few KB.</param>
internal sealed class EffectCopy(Stream copy) : IDisposable
{
    /// <summary>The signature; then flags, and the length of an extension that no version has.</summary>
    private const int HeaderLength = 11 + 4 + 4;
    private const short Columns = 3;
    private const short EndOfRows = -1;

    // The count of columns; then the length and value of each.
    private const int ColumnsLength = 2;
    private const int SequenceStart = ColumnsLength + 4;
    private const int DocumentStart = SequenceStart + 8 + 4;
    private const int PatchStart = DocumentStart + 4 + 4;

    private readonly List<EffectPlace> _effects = [];
    private byte[] _buffer = [];
    private int _length;
    private int _position = HeaderLength;
    private long _patchBytes;
    private bool _isComplete;

    /// <summary>The next effects, at most about a block's bytes; the last block says that it is.</summary>
    /// <exception cref="InvalidDataException">
    /// This is no such copy, or it breaks off, or a patch is no packed text.
    /// </exception>
    public EffectBlock Read()
    {
        Reserve(Limits.ReplayBlockBytes);
        Fill();
        while (!Parse())
        {
            // A row larger than the block.
            Reserve(_buffer.Length * 2);
            Fill();
        }

        var buffer = _buffer;
        var rest = buffer.AsSpan(_position, _length - _position);
        _buffer = [];
        (_position, _length) = (0, 0);
        if (!_isComplete)
        {
            Reserve(rest.Length);
            rest.CopyTo(_buffer);
            _length = rest.Length;
        }

        var block = new EffectBlock(buffer, [.. _effects], _patchBytes) { EndsStep = _isComplete };
        _effects.Clear();
        _patchBytes = 0;
        return block;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private void Fill()
    {
        while (_length < _buffer.Length && copy.Read(_buffer.AsSpan(_length)) is > 0 and var count)
        {
            _length += count;
        }
    }

    /// <summary>Finds the rows that are there.</summary>
    /// <returns>Whether they make a block; false when not even one of them is there as a whole.</returns>
    private bool Parse()
    {
        while (!_isComplete && _patchBytes < Limits.ReplayBlockPatchBytes && TryParse(out var effect))
        {
            _effects.Add(effect);
            _patchBytes += PackedText.Length(_buffer.AsSpan(effect.Start, effect.Length));
        }

        return _isComplete || _effects.Count > 0 || (_length == _buffer.Length
            ? false
            : throw new InvalidDataException("The database broke off while it copied effects"));
    }

    private bool TryParse(out EffectPlace effect)
    {
        effect = default;
        var row = _buffer.AsSpan(0, _length)[_position..];
        if (row.Length < ColumnsLength)
        {
            return false;
        }

        var columns = BinaryPrimitives.ReadInt16BigEndian(row);
        if (columns == EndOfRows)
        {
            _isComplete = true;
            return false;
        }

        if (columns != Columns)
        {
            throw new InvalidDataException("The database copied something other than effects");
        }

        if (row.Length < PatchStart)
        {
            return false;
        }

        var length = BinaryPrimitives.ReadInt32BigEndian(row[(PatchStart - 4)..]);
        if (row.Length - PatchStart < length)
        {
            return false;
        }

        effect = new(
            BinaryPrimitives.ReadInt64BigEndian(row[SequenceStart..]),
            BinaryPrimitives.ReadInt32BigEndian(row[DocumentStart..]),
            _position + PatchStart,
            length);
        _position += PatchStart + length;
        return true;
    }

    private void Reserve(int bytes)
    {
        if (_buffer.Length < bytes)
        {
            var larger = ArrayPool<byte>.Shared.Rent(bytes);
            _buffer.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
    }
}
