using EventStore.Groq.Values;

namespace EventStore.Groq.Evaluation;

/// <summary>
/// <c>| order(…)</c>: stable. With a bound on how many elements matter, only that many are kept, in a heap whose root
/// is the one to go next.
/// </summary>
internal sealed class OrderNode(Node source, Node[] keys, bool[] descending, long bound) : Node
{
    private const int BytesPerElement = 96;
    private const int BytesPerKey = 32;

    public override bool Streams => true;

    /// <summary>The same, keeping no more than so many elements.</summary>
    public OrderNode Bounded(long count) => new(source, keys, descending, Math.Min(count, bound));

    public override Value Evaluate(Scope scope)
    {
        var collected = new CollectSink(scope.State);
        return Stream(scope, collected) ? collected.ToArray() : Value.Null;
    }

    public override bool Stream(Scope scope, Sink sink)
    {
        var sorter = new OrderSink(keys, descending, bound, scope);
        if (!source.Stream(scope, sorter))
        {
            return false;
        }
        foreach (Entry entry in sorter.Sorted())
        {
            if (!sink.Add(entry.Value))
            {
                break;
            }
        }
        sink.Complete();
        return true;
    }

    private readonly record struct Entry(Value Value, Value[] Keys, long Index);

    private sealed class OrderSink(Node[] keys, bool[] descending, long bound, Scope outer)
        : Sink, IComparer<Entry>
    {
        private readonly Scope scope = new(outer);
        private readonly List<Entry> entries = [];
        private Value[]? spare;
        private long index;

        public override bool Add(in Value value)
        {
            EvaluationState state = scope.State;
            state.Step();
            scope.This = value;
            Value[] values = spare ?? new Value[keys.Length];
            spare = null;
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = keys[i].Evaluate(scope);
            }
            var entry = new Entry(value, values, index++);
            if (entries.Count < bound)
            {
                state.Charge(value, BytesPerElement + (BytesPerKey * values.Length));
                entries.Add(entry);
                if (entries.Count == bound)
                {
                    MakeHeap();
                }
            }
            else if (entries.Count > 0 && Compare(entry, entries[0]) < 0)
            {
                spare = entries[0].Keys;
                entries[0] = entry;
                SiftDown(0);
            }
            else
            {
                spare = values;
            }
            return bound > 0;
        }

        public List<Entry> Sorted()
        {
            scope.State.Step(entries.Count);
            entries.Sort(this);
            return entries;
        }

        public int Compare(Entry x, Entry y)
        {
            for (int i = 0; i < x.Keys.Length; i++)
            {
                int comparison = Comparison.Total(x.Keys[i], y.Keys[i]);
                if (comparison != 0)
                {
                    return descending[i] ? -comparison : comparison;
                }
            }
            return x.Index.CompareTo(y.Index);
        }

        private void MakeHeap()
        {
            for (int i = (entries.Count / 2) - 1; i >= 0; i--)
            {
                SiftDown(i);
            }
        }

        private void SiftDown(int at)
        {
            while (true)
            {
                int largest = at;
                for (int child = (2 * at) + 1; child <= (2 * at) + 2 && child < entries.Count; child++)
                {
                    if (Compare(entries[child], entries[largest]) > 0)
                    {
                        largest = child;
                    }
                }
                if (largest == at)
                {
                    return;
                }
                (entries[at], entries[largest]) = (entries[largest], entries[at]);
                at = largest;
            }
        }
    }
}
