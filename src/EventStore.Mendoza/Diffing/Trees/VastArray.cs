using System.Numerics;

namespace EventStore.Mendoza.Diffing.Trees;

/// <summary>
/// Where the elements of an array's text lie with respect to a range of bytes, found in one pass and without a list.
/// </summary>
internal struct VastArray
{
    /// <summary>How many elements end before the range.</summary>
    public int HeadCount;

    /// <summary>Where the element behind them starts.</summary>
    public int HeadEnd;

    /// <summary>
    /// The first element that starts behind the range, and where it does; the count when there is none.
    /// </summary>
    public int TailElement;
    public int TailStart;

    /// <summary>How many elements there are.</summary>
    public int Count;

    /// <summary>Reads an array that is not empty; its range and all offsets count from where it starts.</summary>
    /// <exception cref="MendozaException">It is not canonical JSON.</exception>
    public static VastArray Read(in DocumentTree tree, int node, int from, int to)
    {
        var result = new VastArray { HeadEnd = 1, TailElement = -1 };
        int start = tree.Start(node);
        ChildCommas commas = tree.Commas(node);
        while (commas.TryNext(out int offset, out ulong places))
        {
            for (; places != 0; places &= places - 1)
            {
                result.Add(offset + BitOperations.TrailingZeroCount(places) - start, from, to);
            }
        }
        if (commas.IsMalformed)
        {
            throw MalformedDocument.Exception();
        }
        result.Count++;
        if (result.TailElement < 0)
        {
            result.TailElement = result.Count;
            result.TailStart = tree.Length(node);
        }
        return result;
    }

    private void Add(int comma, int from, int to)
    {
        Count++;
        if (comma < from)
        {
            HeadCount = Count;
            HeadEnd = comma + 1;
        }
        if (comma >= to && TailElement < 0)
        {
            TailElement = Count;
            TailStart = comma + 1;
        }
    }
}
