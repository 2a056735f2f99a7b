namespace EventStore.Mendoza.Diffing.Plans;

/// <summary>How one right value is made from one left value: what it starts from, and its steps.</summary>
/// <param name="FromBlank">Starts from a blank rather than from a copy of the left value.</param>
/// <param name="Cost">Bytes of the steps in the patch, each token with its comma; entering and returning not
/// included.</param>
/// <param name="FirstStep">Its first step in the list of all steps.</param>
/// <param name="StepCount">How many steps it has.</param>
internal readonly record struct PatchPlan(bool FromBlank, int Cost, int FirstStep, int StepCount);

internal enum StepKind : byte
{
    /// <summary>19: <c>A</c> = index in the left object.</summary>
    DeleteField,

    /// <summary>18: <c>A</c> = index in the left object.</summary>
    CopyField,

    /// <summary>17: <c>Right</c> = the node of the value, which also has the key.</summary>
    SetField,

    /// <summary>10 and 14: <c>A</c> = index in the left object, <c>Right</c> = node with the new key.</summary>
    RenameField,

    /// <summary>10 or 11, the plan, 15: <c>A</c> = index in the left object.</summary>
    EditField,

    /// <summary>
    /// 10 or 11, the plan, 14: <c>A</c> = index in the left object, <c>Right</c> = node with the new key.
    /// </summary>
    EditAndRenameField,

    /// <summary>
    /// A value from elsewhere, 14: <c>A</c> = the left node under the cursor, <c>B</c> = the value's, <c>Right</c> =
    /// node with the key.
    /// </summary>
    MoveField,

    /// <summary>
    /// A value from elsewhere, 16: <c>A</c> = the left node under the cursor, <c>B</c> = the value's.
    /// </summary>
    MoveElement,

    /// <summary>20 for each of <c>A</c> siblings, of which <c>Right</c> is the first node.</summary>
    AppendValues,

    /// <summary>20 for each of the elements at [<c>A</c>, <c>B</c>) of the right document's text.</summary>
    AppendRange,

    /// <summary>21: <c>A</c> and <c>B</c> = bounds in the left array.</summary>
    AppendSlice,

    /// <summary>12 or 13, the plan, 16: <c>A</c> = index in the left array.</summary>
    EditElement,

    /// <summary>22: <c>A</c> and <c>B</c> = bounds in the right text.</summary>
    AppendText,

    /// <summary>23: <c>A</c> and <c>B</c> = bounds in UTF-8 bytes of the left string.</summary>
    AppendTextSlice,
}

/// <summary>One step of a plan: an operation, or an entering operation, a nested plan and a return.</summary>
internal readonly record struct PatchStep(StepKind Kind, int A, int B = 0, int Right = -1, int Plan = -1);
