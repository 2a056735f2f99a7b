namespace EventStore.Server.Collections.Filters;

/// <summary>What a condition asks of a single value.</summary>
internal abstract class ValueTest
{
    /// <summary>Whether it may hold for an element when it does not for the array.</summary>
    public virtual bool LooksIntoArrays => true;

    /// <summary>Whether it holds for a value, given as canonical JSON.</summary>
    public abstract bool Holds(ReadOnlySpan<byte> value);
}
