using System.Buffers;
using System.Numerics;

namespace EventStore.Mendoza.Diffing;

/// <summary>
/// Where the elements of a left array are, by the hash of their value, of their <c>_key</c> and of their fields.
/// </summary>
internal sealed class ElementTable : IDisposable
{
    /// <summary>How many elements of one hash slot are looked at.</summary>
    public const int Probes = 8;

    /// <summary>Equal elements looked at for one right element: by hash, and at the two likeliest places.</summary>
    public const int MostRuns = Probes + 2;

    private readonly int[] heads;
    private readonly int[] chain;
    private readonly int shift;

    public ElementTable(int from, int to)
    {
        From = from;
        To = to;
        int bits = BitOperations.Log2((uint)(to - from) + 1) + 2;
        shift = 64 - bits;
        heads = ArrayPool<int>.Shared.Rent(1 << bits);
        heads.AsSpan(0, 1 << bits).Fill(-1);
        chain = ArrayPool<int>.Shared.Rent(to - from + 1);
    }

    public int From { get; }

    public int To { get; }

    /// <summary>The equal stretches that start at the right element looked at last, and at the one before.</summary>
    public (int From, int Length)[] Runs { get; private set; } = new (int, int)[MostRuns];

    public int RunCount { get; set; }

    public (int From, int Length)[] PreviousRuns { get; private set; } = new (int, int)[MostRuns];

    public int PreviousRunCount { get; private set; }

    /// <summary>The left element of each <c>_key</c>, by hash; made when first needed.</summary>
    public Dictionary<ulong, int>? ByKey { get; set; }

    /// <summary>The left elements' fields; made when first needed.</summary>
    public FieldOwners? Fields { get; set; }

    public void Dispose()
    {
        ArrayPool<int>.Shared.Return(heads);
        ArrayPool<int>.Shared.Return(chain);
    }

    /// <summary>
    /// Enters an element. Enter them from the last to the first: look-ups then give the first ones first.
    /// </summary>
    public void Add(int element, ulong hash)
    {
        ref int head = ref heads[hash * 0x9E3779B97F4A7C15 >> shift];
        chain[element - From] = head;
        head = element;
    }

    public int First(ulong hash) => heads[hash * 0x9E3779B97F4A7C15 >> shift];

    public int Next(int element) => chain[element - From];

    public void TurnRuns()
    {
        (Runs, PreviousRuns) = (PreviousRuns, Runs);
        PreviousRunCount = RunCount;
        RunCount = 0;
    }
}
