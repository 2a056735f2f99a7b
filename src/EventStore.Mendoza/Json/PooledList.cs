using System.Buffers;
using System.Runtime.CompilerServices;

namespace EventStore.Mendoza.Json;

/// <summary>
/// A growing list on rented memory. Its default value is an empty list; dispose it once, never copy it.
/// </summary>
internal struct PooledList<T> : IDisposable
    where T : struct
{
    private const int FirstCapacity = 32;

    private T[]? items;

    public int Count { get; private set; }

    /// <summary>Memory rented, in bytes.</summary>
    public readonly long Bytes => (items?.Length ?? 0) * (long)Unsafe.SizeOf<T>();

    /// <summary>Memory in use, in bytes.</summary>
    public readonly long UsedBytes => Count * (long)Unsafe.SizeOf<T>();

    public readonly ref T Last => ref items![Count - 1];

    public readonly ref T this[int index] => ref items![index];

    public readonly Span<T> AsSpan() => items.AsSpan(0, Count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(in T item)
    {
        T[]? array = items;
        int count = Count;
        if (array is not null && (uint)count < (uint)array.Length)
        {
            array[count] = item;
            Count = count + 1;
            return;
        }
        GrowAndAdd(item);
    }

    /// <summary>Adds items of unknown content and returns the position of the first.</summary>
    public int Extend(int count)
    {
        int first = Count;
        Reserve(count);
        Count += count;
        return first;
    }

    /// <summary>Adds items that are not this list's own.</summary>
    public void AddRange(ReadOnlySpan<T> more)
    {
        int first = Extend(more.Length);
        more.CopyTo(items.AsSpan(first));
    }

    /// <summary>Sees to memory for more items, so that adding so many moves nothing.</summary>
    public void Reserve(int count)
    {
        if (items is null || Count + count > items.Length)
        {
            Grow(count);
        }
    }

    /// <summary>All items, and the memory behind them.</summary>
    public readonly Span<T> WithRoom => items;

    /// <summary>The memory behind the last item.</summary>
    public readonly Span<T> Room => items.AsSpan(Count);

    public void RemoveLast() => Count--;

    public void Truncate(int count) => Count = count;

    public void Dispose()
    {
        if (items is not null)
        {
            ArrayPool<T>.Shared.Return(items);
            items = null;
        }
        Count = 0;
    }

    /// <summary>
    /// Adds an item to be filled in where it lies, all of it: a value put together elsewhere field by field and then
    /// copied at once is not yet where the copy looks for it, so the processor waits.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref T AddInPlace()
    {
        T[]? array = items;
        int count = Count;
        if (array is not null && (uint)count < (uint)array.Length)
        {
            Count = count + 1;
            return ref array[count];
        }
        Grow(1);
        Count++;
        return ref items![count];
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void GrowAndAdd(in T item)
    {
        T own = item;
        Grow(1);
        items![Count++] = own;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(int count)
    {
        T[] larger = ArrayPool<T>.Shared.Rent(Math.Max(FirstCapacity, Count + Math.Max(Count, count)));
        if (items is not null)
        {
            items.AsSpan(0, Count).CopyTo(larger);
            ArrayPool<T>.Shared.Return(items);
        }
        items = larger;
    }
}
