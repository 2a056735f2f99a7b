using System.Text;
using EventStore.Groq.Evaluation;
using EventStore.Groq.Values;

namespace EventStore.Groq.Functions;

/// <summary>
/// <c>references(…)</c>: whether the current value refers to one of some documents, however deep inside.
/// </summary>
internal static class References
{
    private const int BytesPerStep = 64;

    public static Value Evaluate(Scope scope, Value[] arguments)
    {
        var ids = new List<byte[]>();
        foreach (Value argument in arguments)
        {
            if (argument.IsString)
            {
                ids.Add(argument.ToUtf8().ToArray());
            }
            var items = new ItemEnumerator(argument);
            while (items.MoveNext())
            {
                if (items.Current.IsString)
                {
                    ids.Add(items.Current.ToUtf8().ToArray());
                }
            }
        }
        if (ids.Count == 0)
        {
            return Value.False;
        }
        Value value = scope.This;
        // Most documents refer to nothing asked for: a plain search tells that without taking the document apart.
        if (value.Kind is ValueKind.ObjectText or ValueKind.ArrayText)
        {
            ReadOnlySpan<byte> text = value.Span;
            scope.State.Step(1 + (text.Length / BytesPerStep));
            bool possible = text.IndexOf("_ref\""u8) >= 0
                && (ids.Count > 1 || text.IndexOf(ids[0]) >= 0 || text.Contains((byte)'\\'));
            if (!possible)
            {
                return Value.False;
            }
        }
        HashSet<string>? table = ids.Count > 8
            ? [.. ids.Select(id => Encoding.UTF8.GetString(id))]
            : null;
        return Value.Of(Refers(value, ids, table, 0, scope.State));
    }

    private static bool Refers(
        in Value value, List<byte[]> ids, HashSet<string>? table, int depth, EvaluationState state)
    {
        if (depth > GroqLimits.MaxDocumentDepth)
        {
            throw new GroqEvaluationException(GroqEvaluationError.DocumentTooDeep, "A document is nested too deeply.");
        }
        state.Step();
        if (value.IsArray)
        {
            var items = new ItemEnumerator(value);
            while (items.MoveNext())
            {
                if (items.Current.Type is DataType.Array or DataType.Object
                    && Refers(items.Current, ids, table, depth + 1, state))
                {
                    return true;
                }
            }
            return false;
        }
        if (!value.IsObject)
        {
            return false;
        }
        Value reference = value.Attribute("_ref"u8);
        if (!reference.IsNull)
        {
            return reference.IsString && IsAmong(reference, ids, table);
        }
        var fields = new FieldEnumerator(value);
        while (fields.MoveNext())
        {
            if (fields.Value.Type is DataType.Array or DataType.Object
                && Refers(fields.Value, ids, table, depth + 1, state))
            {
                return true;
            }
        }
        return false;
    }

    private static bool IsAmong(in Value reference, List<byte[]> ids, HashSet<string>? table)
    {
        if (table is not null)
        {
            return table.Contains(reference.ToString());
        }
        ReadOnlySpan<byte> target = reference.ToUtf8();
        foreach (byte[] id in ids)
        {
            if (target.SequenceEqual(id))
            {
                return true;
            }
        }
        return false;
    }
}
