namespace EventStore.Log;

/// <summary>
/// Every limit of the log and of the HTTP interface, in one place. A request outside a limit gets a typed error; none
/// of
/// these may be discovered by a crash. The diff format has its own limits in <c>EventStore.Mendoza</c>.
/// </summary>
public static class Limits
{
    /// <summary>Largest body of a mutate request, in bytes (the vendor's documented figure).</summary>
    public const int MutateBodyBytes = 4_000_000;

    /// <summary>Largest document, in bytes of its canonical form.</summary>
    public const int DocumentBytes = 32_000_000;

    /// <summary>
    /// How deep arrays and objects may nest in a document; the document itself is level 1. The product figure of the
    /// vendor
    /// is 20, but real data that was never edited by a form goes deeper.
    /// </summary>
    public const int DocumentDepth = 64;

    /// <summary>Levels that wrap a document in a mutate body: the body, its array, the mutation, and the patch
    /// operation.</summary>
    public const int MutateBodyDepth = DocumentDepth + 8;

    /// <summary>Most elements of one array in a document.</summary>
    public const int ArrayElements = 50_000;

    /// <summary>Most mutations in one transaction.</summary>
    public const int MutationsPerTransaction = 50_000;

    /// <summary>Most errors reported for one transaction; the rest would say nothing new.</summary>
    public const int ReportedErrors = 100;

    /// <summary>Longest document id, in characters.</summary>
    public const int DocumentIdLength = 128;

    /// <summary>Longest transaction id, in characters.</summary>
    public const int TransactionIdLength = 128;

    /// <summary>Longest dataset name, in characters.</summary>
    public const int DatasetNameLength = 64;

    /// <summary>Longest path in a patch, in UTF-16 code units.</summary>
    public const int PathLength = 8_192;

    /// <summary>Most steps in one path, those inside unions and recursions included.</summary>
    public const int PathSteps = 256;

    /// <summary>Most values that one path may select in one document.</summary>
    public const int PathMatches = 200_000;

    /// <summary>
    /// What the patches of one transaction may cost together. One unit is about one visited value, one moved array
    /// element or one step of a text search; all of them take in the order of one second and bound the memory in use.
    /// </summary>
    public const long TransactionWork = 20_000_000;
}
