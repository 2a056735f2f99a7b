using EventStore.Log.Documents;

namespace EventStore.Server.Collections.Fields;

/// <summary>Finds the values that a path leads to in a document.</summary>
internal static class FieldValues
{
    /// <summary>What to do with a value; true ends the search.</summary>
    public delegate bool Visit(ReadOnlySpan<byte> value);

    /// <summary>Visits the values, through arrays into each of their elements, until one visit says true.</summary>
    public static bool Any(ReadOnlySpan<byte> document, FieldPath path, Visit visit) =>
        Any(document, path.Keys, visit);

    private static bool Any(ReadOnlySpan<byte> value, ReadOnlySpan<byte[]> keys, Visit visit)
    {
        if (keys.IsEmpty)
        {
            return visit(value);
        }

        if (value[0] == '{')
        {
            return DocumentContent.TryReadValue(value, keys[0], out var found) && Any(found, keys[1..], visit);
        }

        if (value[0] == '[')
        {
            var elements = new ElementReader(value);
            while (elements.Read())
            {
                if (Any(value[elements.Start..elements.End], keys, visit))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
