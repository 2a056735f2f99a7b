namespace EventStore.Mendoza.Diffing.Plans;

/// <summary>A plan that is being written.</summary>
internal struct OpenPlan(int step, int end, int enteredBy)
{
    /// <summary>Its next step.</summary>
    public int Step = step;

    /// <summary>Behind its last step.</summary>
    public readonly int End = end;

    /// <summary>The step that entered it; -1 at the root.</summary>
    public readonly int EnteredBy = enteredBy;
}
