namespace EventStore.Groq.Values;

/// <summary>Equality and order of values (spec, Equality and comparison).</summary>
internal static class Comparison
{
    public static bool AreEqual(in Value left, in Value right) =>
        left.IsNull ? right.IsNull : TryCompare(left, right, out int order) && order == 0;

    /// <summary>Orders two values of the same simple type; false when they cannot be compared.</summary>
    public static bool TryCompare(in Value left, in Value right, out int order)
    {
        order = 0;
        switch (left.Type)
        {
            case DataType.String when right.IsString:
                // The order of UTF-8 bytes is the order of code points.
                order = left.ToUtf8().SequenceCompareTo(right.ToUtf8());
                return true;
            case DataType.Number when right.IsNumber:
                order = left.ToDouble().CompareTo(right.ToDouble());
                return true;
            case DataType.Boolean when right.IsBoolean:
                order = left.IsTrue.CompareTo(right.IsTrue);
                return true;
            case DataType.DateTime when right.Kind == ValueKind.DateTime:
                order = left.Ticks.CompareTo(right.Ticks);
                return true;
            default:
                return false;
        }
    }

    /// <summary>
    /// Orders any two values: types in their order, and within a type what cannot be compared as equal.
    /// </summary>
    public static int Total(in Value left, in Value right)
    {
        int leftOrder = TypeOrder(left);
        int rightOrder = TypeOrder(right);
        if (leftOrder != rightOrder)
        {
            return leftOrder - rightOrder;
        }
        return TryCompare(left, right, out int order) ? order : 0;
    }

    /// <summary>Equality all the way down: what the functions that compare documents mean by it.</summary>
    public static bool AreDeeplyEqual(in Value left, in Value right, int depth = 0)
    {
        if (left.Type != right.Type)
        {
            return false;
        }
        if (depth > GroqLimits.MaxDocumentDepth)
        {
            throw new GroqEvaluationException(GroqEvaluationError.DocumentTooDeep, "A document is nested too deeply.");
        }
        switch (left.Type)
        {
            case DataType.Array:
                return ArraysAreEqual(left, right, depth);
            case DataType.Object:
                return ObjectsAreEqual(left, right, depth);
            case DataType.Path:
                return left.Path.Pattern == right.Path.Pattern;
            default:
                return AreEqual(left, right);
        }
    }

    private static bool ArraysAreEqual(in Value left, in Value right, int depth)
    {
        var leftItems = new ItemEnumerator(left);
        var rightItems = new ItemEnumerator(right);
        while (leftItems.MoveNext())
        {
            if (!rightItems.MoveNext() || !AreDeeplyEqual(leftItems.Current, rightItems.Current, depth + 1))
            {
                return false;
            }
        }
        return !rightItems.MoveNext();
    }

    private static bool ObjectsAreEqual(in Value left, in Value right, int depth)
    {
        if (left.Kind == ValueKind.ObjectText && right.Kind == ValueKind.ObjectText
            && left.Span.SequenceEqual(right.Span))
        {
            return true;
        }
        var rightFields = new ObjectValue();
        rightFields.SetAll(right);
        int count = 0;
        var fields = new FieldEnumerator(left);
        while (fields.MoveNext())
        {
            count++;
            ReadOnlySpan<byte> name = fields.Key.ToUtf8();
            if (!rightFields.Contains(name) || !AreDeeplyEqual(fields.Value, rightFields.Get(name), depth + 1))
            {
                return false;
            }
        }
        return count == rightFields.Count;
    }

    private static int TypeOrder(in Value value) => value.Type switch
    {
        DataType.DateTime => 1,
        DataType.Number => 2,
        DataType.String => 3,
        DataType.Boolean => 4,
        _ => 5,
    };
}
