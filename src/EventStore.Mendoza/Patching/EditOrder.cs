using EventStore.Mendoza.Json;
using EventStore.Mendoza.Ropes;

namespace EventStore.Mendoza.Patching;

/// <summary>Puts an object's edits in key order; the last edit of a key wins.</summary>
internal readonly ref struct EditOrder(RopeText text)
{
    private readonly RopeText text = text;

    /// <summary>Sorts in place and returns how many edits, one for each key, stand at the front.</summary>
    public int Sort(Span<FieldEdit> edits, ref PooledList<FieldEdit> spare)
    {
        if (IsStrict(edits))
        {
            return edits.Length;
        }
        int first = spare.Extend(edits.Length);
        MergeSort(edits, spare.AsSpan()[first..]);
        spare.Truncate(first);
        int distinct = 0;
        for (int i = 0; i < edits.Length; i++)
        {
            if (i + 1 < edits.Length && Compare(edits[i], edits[i + 1]) == 0)
            {
                continue;
            }
            edits[distinct++] = edits[i];
        }
        return distinct;
    }

    /// <summary>An edit's key without the quotes.</summary>
    public ReadOnlySpan<byte> KeyOf(in FieldEdit edit) => text[edit.KeyStart + 1, edit.KeyEnd - 1];

    private bool IsStrict(ReadOnlySpan<FieldEdit> edits)
    {
        for (int i = 1; i < edits.Length; i++)
        {
            if (Compare(edits[i - 1], edits[i]) >= 0)
            {
                return false;
            }
        }
        return true;
    }

    // Stable, which the library's sort is not: the order of equal keys is the order they were written in. Bottom-up,
    // so no recursion.
    private void MergeSort(Span<FieldEdit> edits, Span<FieldEdit> spare)
    {
        for (int width = 1; width < edits.Length; width *= 2)
        {
            for (int start = 0; start < edits.Length; start += 2 * width)
            {
                int middle = Math.Min(start + width, edits.Length);
                int end = Math.Min(start + 2 * width, edits.Length);
                Merge(edits[start..middle], edits[middle..end], spare[start..end]);
            }
            spare.CopyTo(edits);
        }
    }

    private void Merge(ReadOnlySpan<FieldEdit> first, ReadOnlySpan<FieldEdit> second, Span<FieldEdit> merged)
    {
        int i = 0;
        int j = 0;
        for (int k = 0; k < merged.Length; k++)
        {
            bool takeFirst = j == second.Length || (i < first.Length && Compare(first[i], second[j]) <= 0);
            merged[k] = takeFirst ? first[i++] : second[j++];
        }
    }

    private int Compare(in FieldEdit x, in FieldEdit y) => x.Container >= 0 && x.Container == y.Container
        ? x.Position - y.Position
        : JsonText.Compare(KeyOf(x), KeyOf(y));
}
