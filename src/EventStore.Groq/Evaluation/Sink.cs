using EventStore.Groq.Values;

namespace EventStore.Groq.Evaluation;

/// <summary>Takes elements of an array one by one.</summary>
internal abstract class Sink
{
    /// <summary>Whether elements are kept. If not, what was charged for one can be given back after it.</summary>
    public virtual bool Keeps => true;

    /// <summary>Takes an element. False when no more are wanted.</summary>
    public abstract bool Add(in Value value);

    /// <summary>Called once, after the last element, also when no more were wanted.</summary>
    public virtual void Complete()
    {
    }

    /// <summary>Hands over the elements of a value. False, and nothing done, when it is not an array.</summary>
    public static bool Feed(in Value array, Sink sink)
    {
        if (!array.IsArray)
        {
            return false;
        }
        var items = new ItemEnumerator(array);
        while (items.MoveNext() && sink.Add(items.Current))
        {
        }
        sink.Complete();
        return true;
    }
}
