namespace EventStore.Server.Collections.Filters;

/// <summary>There is a value; other than null, when that is asked for.</summary>
internal sealed class PresenceTest(bool countsNull) : ValueTest
{
    public override bool LooksIntoArrays => false;

    public override bool Holds(ReadOnlySpan<byte> value) => countsNull || value[0] != 'n';
}
