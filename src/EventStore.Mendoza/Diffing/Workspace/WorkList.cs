using System.Runtime.CompilerServices;

namespace EventStore.Mendoza.Diffing.Workspace;

/// <summary>
/// A growing list that keeps its memory from one use to the next. Lives in a field of a class; never copy it.
/// References and spans into it hold until something is added.
/// </summary>
internal struct WorkList<T>()
    where T : unmanaged
{
    private const int FirstCapacity = 64;

    /// <summary>From here on a list grows to the size it is expected to need at once.</summary>
    private const int ManyItems = 32 * 1024;

    private T[] items = [];
    private int expected;

    public int Count { get; private set; }

    public readonly ref T Last => ref items[Count - 1];

    public readonly ref T this[int index] => ref items[index];

    public readonly Span<T> AsSpan() => items.AsSpan(0, Count);

    public readonly Span<T> From(int start) => items.AsSpan(start, Count - start);

    // Put together where it goes: a value that is copied right after its parts were written makes the processor wait.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(T item)
    {
        int count = Count;
        if ((uint)count >= (uint)items.Length)
        {
            Grow(count + 1);
        }
        items[count] = item;
        Count = count + 1;
    }

    public void AddRange(ReadOnlySpan<T> added) => added.CopyTo(Extend(added.Length));

    /// <summary>Makes the list longer; what the new items hold is not defined.</summary>
    public Span<T> Extend(int length)
    {
        int start = Count;
        if (start + length > items.Length)
        {
            Grow(start + length);
        }
        Count = start + length;
        return items.AsSpan(start, length);
    }

    /// <summary>Says how many items there may be, so that large lists are not copied again and again.</summary>
    public void Expect(int count) => expected = Math.Max(expected, count);

    public void Truncate(int count) => Count = count;

    /// <summary>Empties the list, and gives its memory back if it is more than a limit in bytes.</summary>
    public void Reset(int mostBytes)
    {
        Count = 0;
        expected = 0;
        if ((long)items.Length * Unsafe.SizeOf<T>() > mostBytes)
        {
            items = [];
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(int needed)
    {
        int capacity = Math.Max(Math.Max(FirstCapacity, needed), (int)Math.Min(Array.MaxLength, items.Length * 2L));
        capacity = needed > ManyItems && expected > needed ? expected : capacity;
        T[] larger = GC.AllocateUninitializedArray<T>(capacity);
        items.AsSpan(0, Count).CopyTo(larger);
        items = larger;
    }
}
