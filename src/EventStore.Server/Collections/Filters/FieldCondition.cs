using EventStore.Log.Documents;
using EventStore.Server.Collections.Fields;

namespace EventStore.Server.Collections.Filters;

/// <summary>A condition on one field.</summary>
/// <param name="path">The field.</param>
/// <param name="test">What must hold for one of its values. A value that is an array is tested itself, then each of its
/// elements.</param>
/// <param name="negated">Whether it must hold for none.</param>
internal sealed class FieldCondition(FieldPath path, ValueTest test, bool negated) : CollectionFilter
{
    public override bool Matches(ReadOnlySpan<byte> document) =>
        FieldValues.Any(document, path, Holds) != negated;

    private bool Holds(ReadOnlySpan<byte> value)
    {
        if (test.Holds(value))
        {
            return true;
        }

        if (value[0] != '[' || !test.LooksIntoArrays)
        {
            return false;
        }

        var elements = new ElementReader(value);
        while (elements.Read())
        {
            if (test.Holds(value[elements.Start..elements.End]))
            {
                return true;
            }
        }

        return false;
    }
}
