using EventStore.Log.Documents;
using EventStore.Server.Collections.Fields;

namespace EventStore.Server.Collections.Shapes;

/// <summary>
/// Finds out what the documents of a selection look like, in memory that does not grow with them: what has too many keys
/// or nests too deep is no further looked into.
/// </summary>
internal sealed class ShapeReader
{
    /// <summary>Deepest nesting of objects and arrays that is looked into.</summary>
    public const int MaxDepth = 16;

    /// <summary>Most keys of the objects at one place; objects with more are taken for maps.</summary>
    public const int MaxKeys = 256;

    /// <summary>Most columns of a table.</summary>
    public const int MaxColumns = 1000;

    /// <summary>Most places that are remembered.</summary>
    public const int MaxShapes = 8 * MaxColumns;

    private int _shapes = 1;

    /// <summary>What the documents themselves look like.</summary>
    public Shape Root { get; } = new();

    /// <summary>Looks at a document.</summary>
    /// <exception cref="CollectionRequestException">There are too many fields.</exception>
    public void Add(ReadOnlySpan<byte> document) => Add(Root, document, 0);

    /// <summary>Makes sure that a field is there, though no document may have it.</summary>
    public void Require(FieldPath path)
    {
        var shape = Root;
        foreach (var key in path.IsIdAlias ? [CanonicalString.Encode(FieldPath.IdAlias)] : path.Keys)
        {
            for (; shape.Element is { } element && !shape.IsJson; shape = element)
            {
            }

            if (shape.IsJson || (shape.Kinds & ~ValueKinds.Object) != ValueKinds.None)
            {
                return;
            }

            shape.Add(ValueKinds.Object);
            shape = FindOrAdd(shape, key, 0, out _);
        }
    }

    private void Add(Shape shape, ReadOnlySpan<byte> value, int depth)
    {
        if (shape.IsJson)
        {
            return;
        }

        switch (value[0])
        {
            case (byte)'n':
                break;
            case (byte)'{':
                AddObject(shape, value, depth);
                break;
            case (byte)'[':
                AddArray(shape, value, depth);
                break;
            case (byte)'"':
                // Once there was another text, instants make no difference.
                Note(shape, !shape.Has(ValueKinds.Text) && ValueKind.TryReadInstant(value, out _)
                    ? ValueKinds.Instant
                    : ValueKinds.Text);
                break;
            case (byte)'t' or (byte)'f':
                Note(shape, ValueKinds.Boolean);
                break;
            default:
                Note(shape, ValueKind.OfNumber(value));
                break;
        }
    }

    private void AddObject(Shape shape, ReadOnlySpan<byte> value, int depth)
    {
        if (!Note(shape, ValueKinds.Object))
        {
            return;
        }

        if (depth > MaxDepth)
        {
            Collapse(shape);
            return;
        }

        var place = 0;
        var members = new MemberReader(value);
        while (!shape.IsJson && members.Read())
        {
            var field = FindOrAdd(shape, members.Key, place, out place);
            if (shape.Fields.Count > (depth == 0 ? MaxColumns : MaxKeys))
            {
                Overflow(shape);
            }

            if (_shapes > MaxShapes)
            {
                Reduce(MaxShapes / 2);
            }

            if (!shape.IsJson)
            {
                Add(field, members.Value, depth + 1);
            }

            place++;
        }
    }

    private void AddArray(Shape shape, ReadOnlySpan<byte> value, int depth)
    {
        if (!Note(shape, ValueKinds.Array))
        {
            return;
        }

        if (depth > MaxDepth)
        {
            Collapse(shape);
            return;
        }

        var element = shape.ElementShape(ref _shapes);
        var elements = new ElementReader(value);
        while (!shape.IsJson && elements.Read())
        {
            Add(element, value[elements.Start..elements.End], depth + 1);
        }
    }

    private bool Note(Shape shape, ValueKinds kind)
    {
        if (shape.Has(kind) || shape.Add(kind))
        {
            return true;
        }

        Collapse(shape);
        return false;
    }

    private Shape FindOrAdd(Shape shape, ReadOnlySpan<byte> key, int from, out int place)
    {
        if (!shape.Find(key, from, out place))
        {
            shape.Fields.Insert(place, (key.ToArray(), new()));
            _shapes++;
        }

        return shape.Fields[place].Shape;
    }

    private void Overflow(Shape shape)
    {
        if (shape == Root)
        {
            throw CollectionRequestException.Of(
                $"The documents have more than {MaxColumns} different fields: name those you want, or choose the format "
                + "json",
                "too_many_fields",
                "select_fields");
        }

        Collapse(shape);
    }

    private void Collapse(Shape shape)
    {
        _shapes -= shape.Count - 1;
        shape.Collapse();
    }

    /// <summary>Gives up the objects with the most keys, until there are few enough places.</summary>
    public void Reduce(int most)
    {
        // What was given up while it was being looked into was still counted.
        _shapes = Root.Count;
        while (_shapes > most && Widest(Root, null) is { } widest)
        {
            Collapse(widest);
        }
    }

    private Shape? Widest(Shape shape, Shape? best)
    {
        if (shape != Root && shape.Fields.Count > (best?.Fields.Count ?? 0))
        {
            best = shape;
        }

        foreach (var (_, field) in shape.Fields)
        {
            best = Widest(field, best);
        }

        return shape.Element is null ? best : Widest(shape.Element, best);
    }
}
