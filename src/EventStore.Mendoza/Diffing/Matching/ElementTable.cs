using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace EventStore.Mendoza.Diffing.Matching;

/// <summary>
/// Where the elements of a left array are, by the hash of their value, of their <c>_key</c> and of their fields.
/// </summary>
internal struct ElementTable
{
    /// <summary>How many elements of one hash slot are looked at.</summary>
    public const int HashProbes = 8;

    /// <summary>The first element in the table.</summary>
    public int From;

    /// <summary>Behind the last element in the table.</summary>
    public int To;

    /// <summary>Whether elements are told apart by their length and not by a hash of their value.</summary>
    public bool IsBySize;

    /// <summary>By the hash of the value, or its length.</summary>
    public HashChains ByValue;

    /// <summary>How many elements of one slot of values are looked at; by size there are few anyway.</summary>
    public readonly int Probes => IsBySize ? To - From : HashProbes;

    /// <summary>By the hash of the <c>_key</c>; made when first needed.</summary>
    public HashChains ByKey;

    public bool HasKeys;

    /// <summary>The elements' fields; made when first needed.</summary>
    public FieldOwners Owners;

    /// <summary>The equal stretches that start at the right element looked at last.</summary>
    public EqualRuns Runs;

    /// <summary>Those that start at the one behind it.</summary>
    public EqualRuns Following;
}

/// <summary>Stretches of left elements that are equal to those from one right element on.</summary>
internal struct EqualRuns
{
    /// <summary>Looked at for one right element: by hash, and at the two likeliest places.</summary>
    private const int Most = ElementTable.HashProbes + 2;

    private Items items;

    public int Count { get; private set; }

    /// <summary>Whether no more can be added.</summary>
    public readonly bool IsFull => Count == Most;

    [UnscopedRef]
    public readonly ReadOnlySpan<EqualRun> AsSpan() => ((ReadOnlySpan<EqualRun>)items)[..Count];

    public void Clear() => Count = 0;

    /// <summary>Becomes the same as others, of which there are mostly one or none.</summary>
    public void Take(in EqualRuns others)
    {
        Count = others.Count;
        for (int i = 0; i < others.Count; i++)
        {
            items[i] = others.items[i];
        }
    }

    public void Add(int from, int length) => items[Count++] = new EqualRun(from, length);

    /// <summary>Length of the stretch from a left element on; 0 when none was found.</summary>
    public readonly int LengthFrom(int from)
    {
        foreach (EqualRun run in AsSpan())
        {
            if (run.From == from)
            {
                return run.Length;
            }
        }
        return 0;
    }

    [InlineArray(Most)]
    private struct Items
    {
        private EqualRun first;
    }
}

/// <summary>Equal elements side by side.</summary>
/// <param name="From">The first, on the left.</param>
/// <param name="Length">How many.</param>
internal readonly record struct EqualRun(int From, int Length);
