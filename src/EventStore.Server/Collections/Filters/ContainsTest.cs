using EventStore.Log.Documents;

namespace EventStore.Server.Collections.Filters;

/// <summary>The value is a text that contains another, or an array with an element that equals it.</summary>
internal sealed class ContainsTest(JsonOperand operand, StringComparison comparison) : ValueTest
{
    private readonly string? _text = operand.Text;

    public override bool LooksIntoArrays => false;

    public override bool Holds(ReadOnlySpan<byte> value)
    {
        if (value[0] == '"')
        {
            return _text is not null && CanonicalString.DecodeValue(value)!.Contains(_text, comparison);
        }

        if (value[0] != '[')
        {
            return false;
        }

        var elements = new ElementReader(value);
        while (elements.Read())
        {
            if (operand.IsEqualTo(value[elements.Start..elements.End]))
            {
                return true;
            }
        }

        return false;
    }
}
