namespace EventStore.Server.Collections.Filters;

/// <summary>The value is one of some.</summary>
internal sealed class EqualTest(IReadOnlyList<JsonOperand> operands) : ValueTest
{
    public override bool Holds(ReadOnlySpan<byte> value)
    {
        foreach (var operand in operands)
        {
            if (operand.IsEqualTo(value))
            {
                return true;
            }
        }

        return false;
    }
}
