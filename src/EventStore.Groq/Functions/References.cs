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
        HashSet<string>? table = ids.Count > 8
            ? [.. ids.Select(id => Encoding.UTF8.GetString(id))]
            : null;
        // Most documents refer to nothing asked for: a plain search tells that without taking the document apart.
        if (value.Kind is ValueKind.ObjectText or ValueKind.ArrayText)
        {
            scope.State.Step(1 + (value.Span.Length / BytesPerStep));
            if (!MayRefer(value, ids, table))
            {
                return Value.False;
            }
        }
        return Value.Of(Refers(value, ids, table, 0, scope.State));
    }

    /// <summary>Whether one of the ids stands behind a key <c>_ref</c>, wherever that is.</summary>
    private static bool MayRefer(in Value value, List<byte[]> ids, HashSet<string>? table)
    {
        ReadOnlySpan<byte> rest = value.Span;
        int end = value.End;
        while (rest.IndexOf("_ref\""u8) is var found and >= 0)
        {
            rest = rest[(found + "_ref\""u8.Length)..];
            int at = JsonReader.SkipSpace(value.Bytes, end - rest.Length, end);
            if (at >= end || value.Bytes[at] != ':')
            {
                continue;
            }
            at = JsonReader.SkipSpace(value.Bytes, at + 1, end);
            Value target = at < end ? JsonReader.ReadValue(value.Text, at, out _) : Value.Null;
            if (target.IsString && IsAmong(target, ids, table))
            {
                return true;
            }
        }

        // A key can be spelt with escapes, though nobody does.
        return value.Span.IndexOf("\\u"u8) >= 0;
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
