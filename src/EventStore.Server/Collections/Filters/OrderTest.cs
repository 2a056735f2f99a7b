namespace EventStore.Server.Collections.Filters;

/// <summary>The value is above or below another one of the same kind: numbers, or texts.</summary>
/// <param name="operand">The other one.</param>
/// <param name="accepts">Which results of a comparison are accepted: below 0, 0, or above.</param>
internal sealed class OrderTest(JsonOperand operand, Func<int, bool> accepts) : ValueTest
{
    public override bool Holds(ReadOnlySpan<byte> value) =>
        operand.Compare(value) is { } order && accepts(order);
}
