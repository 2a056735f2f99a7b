using EventStore.Groq.Evaluation;
using EventStore.Groq.Values;

namespace EventStore.Groq.Functions;

/// <summary>The namespace <c>array</c>.</summary>
internal static class ArrayFunctions
{
    public static Dictionary<string, BuiltIn> All { get; } = new(StringComparer.Ordinal)
    {
        ["join"] = BuiltIn.Of(Join),
        ["compact"] = BuiltIn.Of(Compact),
        ["unique"] = BuiltIn.Of(Unique),
        ["intersects"] = BuiltIn.Of(Intersects),
    };

    private static Value Join(Value array, Value separator, EvaluationState state)
    {
        if (!array.IsArray || !separator.IsString)
        {
            return Value.Null;
        }
        var joined = new List<byte>();
        ReadOnlySpan<byte> between = separator.ToUtf8();
        var items = new ItemEnumerator(array);
        bool first = true;
        while (items.MoveNext())
        {
            state.Step();
            if (!first)
            {
                joined.AddRange(between);
            }
            first = false;
            Value text = GlobalFunctions.String(items.Current, state);
            if (text.IsNull)
            {
                return Value.Null;
            }
            joined.AddRange(text.ToUtf8());
        }
        state.Charge(joined.Count);
        return Value.Utf8([.. joined]);
    }

    private static Value Compact(Value array, EvaluationState state)
    {
        if (!array.IsArray)
        {
            return Value.Null;
        }
        var kept = new CollectSink(state);
        var items = new ItemEnumerator(array);
        while (items.MoveNext())
        {
            state.Step();
            if (!items.Current.IsNull)
            {
                kept.Add(items.Current);
            }
        }
        return kept.ToArray();
    }

    /// <summary>The first of equal elements stays; what has no equality stays all.</summary>
    private static Value Unique(Value array, EvaluationState state)
    {
        if (!array.IsArray)
        {
            return Value.Null;
        }
        var kept = new CollectSink(state);
        var seen = new ValueSet();
        var items = new ItemEnumerator(array);
        while (items.MoveNext())
        {
            state.Step();
            if (!seen.Contains(items.Current))
            {
                seen.Add(items.Current);
                kept.Add(items.Current);
            }
        }
        return kept.ToArray();
    }

    private static Value Intersects(Value first, Value second, EvaluationState state)
    {
        if (!first.IsArray || !second.IsArray)
        {
            return Value.Null;
        }
        var set = new ValueSet(second);
        var items = new ItemEnumerator(first);
        while (items.MoveNext())
        {
            state.Step();
            if (set.Contains(items.Current))
            {
                return Value.True;
            }
        }
        return Value.False;
    }
}
