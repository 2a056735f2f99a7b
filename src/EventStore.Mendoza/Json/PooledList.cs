using System.Buffers;

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

    public readonly ref T Last => ref items![Count - 1];

    public readonly ref T this[int index] => ref items![index];

    public readonly Span<T> AsSpan() => items.AsSpan(0, Count);

    public void Add(in T item)
    {
        if (items is null || Count == items.Length)
        {
            Grow();
        }
        items![Count++] = item;
    }

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

    private void Grow()
    {
        T[] larger = ArrayPool<T>.Shared.Rent(Math.Max(FirstCapacity, Count * 2));
        if (items is not null)
        {
            items.AsSpan(0, Count).CopyTo(larger);
            ArrayPool<T>.Shared.Return(items);
        }
        items = larger;
    }
}
