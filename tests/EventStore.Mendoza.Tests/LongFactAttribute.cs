namespace EventStore.Mendoza.Tests;

/// <summary>A test too long for every change: it runs when <c>EVENTSTORE_TEST_LONG=1</c>.</summary>
internal sealed class LongFactAttribute : FactAttribute
{
    private const string Variable = "EVENTSTORE_TEST_LONG";

    public LongFactAttribute()
    {
        if (Environment.GetEnvironmentVariable(Variable) != "1")
        {
            Skip = $"A long test: set {Variable}=1 to run it.";
        }
    }
}
