using EventStore.Groq.Evaluation;
using EventStore.Groq.Values;

namespace EventStore.Groq.Functions;

/// <summary>What changed between two values, as far as a selector says.</summary>
internal static class Change
{
    /// <summary>
    /// Whether anything selected is different, or lies in an array that has become longer or shorter.
    /// </summary>
    public static bool Any(Value before, Value after, Selector selector, Scope scope)
    {
        List<Place> beforePlaces = Select(before, selector, scope);
        List<Place> afterPlaces = Select(after, selector, scope);
        if (beforePlaces.Count != afterPlaces.Count)
        {
            return true;
        }
        foreach (Place place in beforePlaces)
        {
            scope.State.Step();
            Value left = before;
            Value right = after;
            foreach (KeyPath part in place.Path.Parts())
            {
                if (part.IsElement && (!left.IsArray || !right.IsArray
                    || ItemEnumerator.Count(left) != ItemEnumerator.Count(right)))
                {
                    return true;
                }
                left = part.Follow(left);
                right = part.Follow(right);
            }
            if (!Comparison.AreDeeplyEqual(left, right))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Whether all that is different is selected.</summary>
    public static bool Only(Value before, Value after, Selector selector, Scope scope)
    {
        List<Place> selected = Select(before, selector, scope);
        return IsCovered(KeyPath.Root, before, after, selected, scope.State);
    }

    private static List<Place> Select(in Value value, Selector selector, Scope scope)
    {
        var places = new List<Place>();
        selector.Select(KeyPath.Root, value, scope, places);
        return places;
    }

    private static bool IsCovered(
        KeyPath path, in Value before, in Value after, List<Place> selected, EvaluationState state)
    {
        state.Step(1 + selected.Count);
        if (path.Length > GroqLimits.MaxDocumentDepth)
        {
            throw new GroqEvaluationException(GroqEvaluationError.DocumentTooDeep, "A document is nested too deeply.");
        }
        if (Comparison.AreDeeplyEqual(before, after) || selected.Exists(place => path.StartsWith(place.Path)))
        {
            return true;
        }
        if (before.IsObject && after.IsObject)
        {
            var names = new ObjectValue();
            names.SetAll(before);
            names.SetAll(after);
            for (int i = 0; i < names.Count; i++)
            {
                ReadOnlySpan<byte> name = names.Key(i).ToUtf8();
                if (!IsCovered(
                    path.Then(names.Key(i)), before.Attribute(name), after.Attribute(name), selected, state))
                {
                    return false;
                }
            }
            return true;
        }
        if (!before.IsArray || !after.IsArray || ItemEnumerator.Count(before) != ItemEnumerator.Count(after))
        {
            return false;
        }
        var left = new ItemEnumerator(before);
        var right = new ItemEnumerator(after);
        for (int i = 0; left.MoveNext() && right.MoveNext(); i++)
        {
            if (!IsCovered(path.Then(i), left.Current, right.Current, selected, state))
            {
                return false;
            }
        }
        return true;
    }
}
