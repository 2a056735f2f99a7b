using EventStore.Mendoza.Json;

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

    /// <summary>Reads the text of an array that is not empty.</summary>
    public static VastArray Read(ReadOnlySpan<byte> array, int from, int to)
    {
        var result = new VastArray { HeadEnd = 1, TailElement = -1 };
        var structure = new StructureReader(array, 0, array.Length);
        int depth = 0;
        while (structure.TryNext(out int at))
        {
            if (array[at] != ',')
            {
                depth += array[at] is (byte)'{' or (byte)'[' ? 1 : -1;
                continue;
            }
            if (depth > 1)
            {
                continue;
            }
            result.Count++;
            if (at < from)
            {
                result.HeadCount = result.Count;
                result.HeadEnd = at + 1;
            }
            if (at >= to && result.TailElement < 0)
            {
                result.TailElement = result.Count;
                result.TailStart = at + 1;
            }
        }
        result.Count++;
        if (result.TailElement < 0)
        {
            result.TailElement = result.Count;
            result.TailStart = array.Length;
        }
        return result;
    }
}
