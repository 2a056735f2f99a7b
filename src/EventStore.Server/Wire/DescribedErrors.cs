namespace EventStore.Server.Wire;

/// <summary>
/// Marks endpoints whose clients look for an object under <c>error</c> in the first line and would print a management
/// error as <c>undefined</c>: all their errors take the described shape.
/// </summary>
internal sealed class DescribedErrors
{
    public static readonly DescribedErrors Instance = new();

    private DescribedErrors()
    {
    }
}
