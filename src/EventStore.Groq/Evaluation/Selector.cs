using EventStore.Groq.Values;

namespace EventStore.Groq.Evaluation;

/// <summary>
/// Names places in a value (spec, Selector evaluation). An attribute is a place whether it is there or not.
/// </summary>
internal abstract class Selector
{
    /// <summary>Adds the key paths, from the given one on, of the places in a value.</summary>
    public abstract void Select(KeyPath path, in Value value, Scope scope, List<Place> places);
}

/// <summary>A key path and the value that lies there; null if there is none.</summary>
internal readonly record struct Place(KeyPath Path, Value Value);

internal sealed class AttributeSelector(Value name) : Selector
{
    public override void Select(KeyPath path, in Value value, Scope scope, List<Place> places)
    {
        scope.State.Step();
        places.Add(new Place(path.Then(name), value.Attribute(name.Span)));
    }
}

internal sealed class TupleSelector(Selector[] members) : Selector
{
    public override void Select(KeyPath path, in Value value, Scope scope, List<Place> places)
    {
        foreach (Selector member in members)
        {
            member.Select(path, value, scope, places);
        }
    }
}

/// <summary>A selector inside of what another one selects.</summary>
internal sealed class NestedSelector(Selector outer, Selector inner) : Selector
{
    public override void Select(KeyPath path, in Value value, Scope scope, List<Place> places)
    {
        var between = new List<Place>();
        outer.Select(path, value, scope, between);
        foreach (Place place in between)
        {
            inner.Select(place.Path, place.Value, scope, places);
        }
    }
}

/// <summary>Elements: all, or those for which a condition holds.</summary>
internal sealed class ElementSelector(Node? condition) : Selector
{
    public override void Select(KeyPath path, in Value value, Scope scope, List<Place> places)
    {
        var nested = new Scope(scope);
        var items = new ItemEnumerator(value);
        for (int i = 0; items.MoveNext(); i++)
        {
            scope.State.Step();
            nested.This = items.Current;
            if (condition is null || condition.Evaluate(nested).IsTrue)
            {
                places.Add(new Place(path.Then(i), items.Current));
            }
        }
    }
}

/// <summary><c>anywhere(condition)</c>: the objects, however deep, for which a condition holds.</summary>
internal sealed class AnywhereSelector(Node condition) : Selector
{
    public override void Select(KeyPath path, in Value value, Scope scope, List<Place> places)
    {
        scope.State.Step();
        if (path.Length > GroqLimits.MaxDocumentDepth)
        {
            throw new GroqEvaluationException(GroqEvaluationError.DocumentTooDeep, "A document is nested too deeply.");
        }
        if (value.IsArray)
        {
            var items = new ItemEnumerator(value);
            for (int i = 0; items.MoveNext(); i++)
            {
                Select(path.Then(i), items.Current, scope, places);
            }
            return;
        }
        if (!value.IsObject)
        {
            return;
        }
        if (condition.Evaluate(new Scope(scope, value)).IsTrue)
        {
            places.Add(new Place(path, value));
        }
        var fields = new FieldEnumerator(value);
        while (fields.MoveNext())
        {
            Select(path.Then(fields.Key), fields.Value, scope, places);
        }
    }
}
