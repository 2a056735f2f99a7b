using System.Numerics;

namespace EventStore.Parquet.Values;

/// <summary>
/// The hybrid of run lengths and bit packing that levels and dictionary indices are written in: eight or more equal
/// values in a row become a run, others are packed in groups of eight.
/// </summary>
/// <param name="bitWidth">Bits a value.</param>
/// <param name="output">Where the bytes go.</param>
internal sealed class HybridEncoder(int bitWidth, ByteBuffer output)
{
    private const int Group = 8;
    private const int NoHeader = -1;

    /// <summary>The most groups whose number fits the single byte that is left out for it.</summary>
    private const int MaxGroups = 63;

    private readonly int[] _group = new int[Group];
    private int _inGroup;
    private int _header = NoHeader;
    private int _groups;
    private int _value;
    private int _count;

    /// <summary>Bits that values up to the largest one take.</summary>
    public static int WidthOf(int largest) => 32 - BitOperations.LeadingZeroCount((uint)largest);

    public void Add(int value, int count)
    {
        if (value == _value)
        {
            _count += count;
            return;
        }

        EndRun();
        _value = value;
        _count = count;
    }

    /// <summary>Writes what is left and starts anew. Readers know how many of the last group count.</summary>
    public void Finish()
    {
        EndRun();
        if (_inGroup > 0)
        {
            _group.AsSpan(_inGroup).Clear();
            PackGroup();
        }

        EndGroups();
        (_value, _count) = (0, 0);
    }

    private void EndRun()
    {
        if (_inGroup > 0)
        {
            Collect(Math.Min(_count, Group - _inGroup));
        }

        if (_count >= Group)
        {
            EndGroups();
            WriteRun();
        }
        else
        {
            Collect(_count);
        }
    }

    private void Collect(int count)
    {
        for (var added = 0; added < count; added++)
        {
            _group[_inGroup++] = _value;
        }

        _count -= count;
        if (_inGroup == Group)
        {
            PackGroup();
        }
    }

    private void WriteRun()
    {
        var header = (uint)_count << 1;
        for (; header >= 0x80; header >>= 7)
        {
            output.Add((byte)(header | 0x80));
        }

        output.Add((byte)header);
        for (var bits = 0; bits < bitWidth; bits += 8)
        {
            output.Add((byte)(_value >> bits));
        }

        _count = 0;
    }

    private void PackGroup()
    {
        if (_groups == MaxGroups)
        {
            EndGroups();
        }

        if (_header == NoHeader)
        {
            _header = output.Length;
            output.Add(0);
        }

        _groups++;
        _inGroup = 0;
        ulong waiting = 0;
        var bits = 0;
        foreach (var value in _group)
        {
            waiting |= (ulong)(uint)value << bits;
            for (bits += bitWidth; bits >= 8; bits -= 8)
            {
                output.Add((byte)waiting);
                waiting >>= 8;
            }
        }
    }

    private void EndGroups()
    {
        if (_header != NoHeader)
        {
            output[_header] = (byte)((_groups << 1) | 1);
        }

        (_header, _groups) = (NoHeader, 0);
    }
}
