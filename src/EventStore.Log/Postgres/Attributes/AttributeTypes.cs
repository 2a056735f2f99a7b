using EventStore.Log.Projections.Attributes;

namespace EventStore.Log.Postgres.Attributes;

/// <summary>Gives types their numbers; new ones become part of the step under way.</summary>
internal sealed class AttributeTypes(AttributeLayout layout, AttributeStep step)
{
    private readonly Dictionary<string, int> _added = [];
    private int _last = layout.TypeNumbers.Max();

    public int Number(string? type)
    {
        if (type is null || type.Length > Limits.IndexedTypeLength)
        {
            return AttributeKeys.OtherTypes;
        }

        if (layout.HasTypeNumber(type))
        {
            return layout.TypeNumber(type);
        }

        if (!_added.TryGetValue(type, out var number) && layout.Types + _added.Count < Limits.IndexedTypes)
        {
            number = ++_last;
            _added.Add(type, number);
            step.NewTypes.Add((number, type));
        }

        return number;
    }
}
