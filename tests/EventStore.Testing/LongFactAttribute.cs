using Xunit;

namespace EventStore.Testing;

/// <summary>A test too long for every change: it runs when <c>EVENTSTORE_TEST_LONG=1</c>.</summary>
public sealed class LongFactAttribute : FactAttribute
{
    public const string Variable = "EVENTSTORE_TEST_LONG";

    public LongFactAttribute()
    {
        if (!IsEnabled)
        {
            Skip = $"A long test: set {Variable}=1 to run it.";
        }
    }

    public static bool IsEnabled => Environment.GetEnvironmentVariable(Variable) == "1";
}
