namespace EventStore.Mendoza.Diffing.Plans;

/// <summary>How one right element is covered, and the cost from there to the end.</summary>
internal struct Cover
{
    public int Cost;

    /// <summary>
    /// Length of the slice that starts here; 0 when the element is sent, -1 when it is edited or carried here.
    /// </summary>
    public int Length;

    /// <summary>The left element that the slice starts with.</summary>
    public int From;

    /// <summary>The left element that is edited, or the left node that is carried here from elsewhere.</summary>
    public int EditFrom;

    public int EditPlan;

    /// <summary>What carrying the value here costs; 0 when that is not the best way.</summary>
    public int MoveCost;
}
