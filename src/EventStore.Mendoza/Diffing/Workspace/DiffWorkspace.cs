using EventStore.Mendoza.Diffing.Matching;
using EventStore.Mendoza.Diffing.Plans;

namespace EventStore.Mendoza.Diffing.Workspace;

/// <summary>
/// All memory that making patches takes, kept by each thread for its next pair of documents. What a large pair made it
/// grow to is given back.
/// </summary>
internal sealed class DiffWorkspace
{
    /// <summary>Most bytes that one of its lists may keep.</summary>
    private const int MostKeptBytes = 1024 * 1024;

    /// <summary>How many searches are remembered.</summary>
    public const int FoundPlaces = 256;

    [ThreadStatic]
    private static DiffWorkspace? spare;

    public TreeStore Left { get; } = new();

    public TreeStore Right { get; } = new();

    public PairPlans Known { get; } = new();

    /// <summary>By the right node, each place shared by many.</summary>
    public FoundPlace[] Found { get; } = new FoundPlace[FoundPlaces];

    public WorkList<PatchPlan> Plans = new();
    public WorkList<PatchStep> Steps = new();
    public WorkList<PatchStep> Pending = new();
    public WorkList<FieldMatch> Matches = new();
    public WorkList<Cover> Covers = new();
    public WorkList<TextPart> Parts = new();
    public WorkList<long> Order = new();
    public WorkList<OpenPlan> Open = new();
    public WorkList<Waypoint> Ways = new();

    /// <summary>Tables, taken and given back like a stack.</summary>
    public WorkList<int> Tables = new();

    /// <summary>Where the escapes of the old string at hand end, in its spelling and in its UTF-8 form.</summary>
    public WorkList<int> SpelledEscapes = new();
    public WorkList<int> PlainEscapes = new();

    /// <summary>Takes the thread's workspace, or a new one while that is in use.</summary>
    public static DiffWorkspace Take()
    {
        DiffWorkspace taken = spare ?? new DiffWorkspace();
        spare = null;
        return taken;
    }

    public void Return()
    {
        Left.Reset(MostKeptBytes);
        Right.Reset(MostKeptBytes);
        Known.Reset(MostKeptBytes);
        Plans.Reset(MostKeptBytes);
        Steps.Reset(MostKeptBytes);
        Pending.Reset(MostKeptBytes);
        Matches.Reset(MostKeptBytes);
        Covers.Reset(MostKeptBytes);
        Parts.Reset(MostKeptBytes);
        Order.Reset(MostKeptBytes);
        Open.Reset(MostKeptBytes);
        Ways.Reset(MostKeptBytes);
        Tables.Reset(MostKeptBytes);
        SpelledEscapes.Reset(MostKeptBytes);
        PlainEscapes.Reset(MostKeptBytes);
        spare = this;
    }
}
