using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using EventStore.Mendoza.Diffing.Matching;
using EventStore.Mendoza.Diffing.Plans;
using EventStore.Mendoza.Diffing.Trees;
using EventStore.Mendoza.Diffing.Workspace;
using EventStore.Mendoza.Json;

namespace EventStore.Mendoza.Diffing.Planning;

/// <summary>
/// Finds the cheapest plan it can for each pair of values, from the inside out, so that every choice (copy or blank,
/// edit or resend) is made on the bytes the patch will really have. Values that are equal are found by comparing
/// bytes.
/// </summary>
internal ref partial struct DiffMachine
{
    /// <summary>No plan: the value is sent whole.</summary>
    private const int None = -1;

    /// <summary>
    /// Units of work for each byte of both documents; one unit is about one value or sixty-four bytes looked at.
    /// </summary>
    private const int WorkPerByte = 2;

    private const int BytesPerUnit = 64;

    /// <summary>Units of work for documents of any size.</summary>
    private const int LeastWork = 100_000;

    /// <summary>Where everything has been edited.</summary>
    private const int UsualBytesPerEdit = 64;

    /// <summary>A plan this cheap is not worth looking for a better one.</summary>
    private const int CheapPlan = 24;

    /// <summary>Nor is a plan that costs no more than this part of sending the value.</summary>
    private const int CheapPart = 4;

    private readonly DiffWorkspace space;
    private DocumentTree left;
    private DocumentTree right;
    private int commonPrefix;
    private int commonSuffix;
    private EqualMiddle equalMiddle;
    private bool leftOrdersMayDiffer;
    private bool rightOrdersMayDiffer;
    private long work;
    private long generousWork;

    /// <summary>
    /// Where the right value starts that was last looked for on the left in vain: whatever holds it is not there
    /// either.
    /// </summary>
    private int absent;

    public DiffMachine(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, DiffWorkspace space)
    {
        this.space = space;
        this.left = new DocumentTree(left, space.Left);
        this.right = new DocumentTree(right, space.Right);
    }

    public void Read()
    {
        space.Found.AsSpan().Clear();
        int edits = (int)(((long)left.Text.Length + right.Text.Length) / UsualBytesPerEdit);
        space.Plans.Expect(edits);
        space.Steps.Expect(edits);
        space.Pending.Expect(edits);
        int least = Math.Min(left.Text.Length, right.Text.Length);
        commonPrefix = ByteRuns.CommonPrefixLength(left.Text, right.Text);
        commonSuffix = ByteRuns.CommonSuffixLength(left.Text, right.Text);
        int apart = Math.Min(commonSuffix, least - commonPrefix);
        equalMiddle = EqualMiddle.Find(left.Text, right.Text, commonPrefix, apart);
        if (!left.TryRead() || !right.TryRead())
        {
            throw MalformedDocument.Exception();
        }
        leftOrdersMayDiffer = left.OrdersMayDiffer;
        rightOrdersMayDiffer = right.OrdersMayDiffer;
    }

    /// <summary>Turns the machine around, to diff from right to left; plans made so far are gone.</summary>
    public void Swap()
    {
        DocumentTree tree = left;
        left = right;
        right = tree;
        (leftOrdersMayDiffer, rightOrdersMayDiffer) = (rightOrdersMayDiffer, leftOrdersMayDiffer);
        space.Plans.Truncate(0);
        space.Steps.Truncate(0);
        space.Known.Clear();
        space.Found.AsSpan().Clear();
    }

    /// <summary>Plans the patch from left to right.</summary>
    public PlannedPatch Diff()
    {
        work = LeastWork + WorkPerByte * ((long)left.Text.Length + right.Text.Length);
        generousWork = work / 2;
        absent = -1;
        int plan = left.Kind(TreeStore.Root) == right.Kind(TreeStore.Root)
            ? Plan(TreeStore.Root, TreeStore.Root)
            : None;
        int whole = "[0,"u8.Length + right.Text.Length + 1;
        if (plan != None)
        {
            PatchPlan found = space.Plans[plan];
            int cost = 1 + found.Cost + (found.FromBlank ? StepCost.RootBlank : 0);
            if (cost < whole)
            {
                return new PlannedPatch(plan, cost);
            }
        }
        return new PlannedPatch(None, whole);
    }

    /// <summary>Whether there is work left to try more than the likeliest candidate.</summary>
    private readonly bool IsGenerous => work > generousWork;

    /// <summary>Whether looking for a cheaper way to a value can be left.</summary>
    private static bool IsCheap(int cost, int around, int sent) =>
        cost <= CheapPlan + around || cost <= sent / CheapPart;

    /// <summary>
    /// A plan for two unequal values of the same kind, or <see cref="None"/>. The caller weighs it against the whole
    /// value. Recursion is as deep as the documents; where the thread's stack would not take it, the value is sent
    /// whole.
    /// </summary>
    private int Plan(int l, int r)
    {
        work -= 4;
        if (work < 0 || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            return None;
        }
        return right.Kind(r) switch
        {
            JsonKind.Object => PlanObject(l, r),
            JsonKind.Array => PlanArray(l, r),
            JsonKind.String => PlanText(l, r),
            _ => None,
        };
    }

    /// <summary>As <see cref="Plan"/>, for pairs that several candidates may lead to.</summary>
    private int PlanOnce(int l, int r)
    {
        if (left.Kind(l) != right.Kind(r))
        {
            return None;
        }
        int plan = space.Known.Of(l, r, out bool isKnown);
        if (!isKnown)
        {
            plan = Plan(l, r);
            space.Known.Of(l, r, out _) = plan;
        }
        return plan;
    }

    private readonly int AddPlan(bool fromBlank, int cost, int firstPending)
    {
        ReadOnlySpan<PatchStep> own = space.Pending.From(firstPending);
        int first = space.Steps.Count;
        space.Steps.AddRange(own);
        space.Plans.Add(new PatchPlan(fromBlank, cost, first, own.Length));
        space.Pending.Truncate(firstPending);
        return space.Plans.Count - 1;
    }

    /// <summary>
    /// Whether two values are equal. What lies in the equal ends of both documents needs no second look, nor does what
    /// holds the first or last byte that differs.
    /// </summary>
    private bool Same(int l, int r)
    {
        int leftStart = left.Start(l);
        int rightStart = right.Start(r);
        int length = left.End(l) - leftStart;
        if (length != right.End(r) - rightStart)
        {
            return false;
        }
        if (leftStart == rightStart)
        {
            if (leftStart + length <= commonPrefix)
            {
                return true;
            }
            if (leftStart <= commonPrefix)
            {
                return false;
            }
            if (equalMiddle.Holds(leftStart, leftStart + length))
            {
                return true;
            }
        }
        int leftRest = left.Text.Length - leftStart;
        if (leftRest == right.Text.Length - rightStart)
        {
            if (leftRest <= commonSuffix)
            {
                return true;
            }
            if (leftRest - length <= commonSuffix)
            {
                return false;
            }
        }
        ReadOnlySpan<byte> leftValue = left.Text.Slice(leftStart, length);
        ReadOnlySpan<byte> rightValue = right.Text.Slice(rightStart, length);
        if (length >= BytesPerUnit && Vector512.Create(leftValue) != Vector512.Create(rightValue))
        {
            work--;
            return false;
        }
        work -= length / BytesPerUnit;
        return leftValue.SequenceEqual(rightValue);
    }

    /// <summary>Whether [from, to) on the left is known to be the same as what starts somewhere on the right.</summary>
    private readonly bool IsKnownSame(int from, int to, int rightFrom) => from == rightFrom
        ? to <= commonPrefix || equalMiddle.Holds(from, to)
            || (left.Text.Length == right.Text.Length && left.Text.Length - from <= commonSuffix)
        : left.Text.Length - from == right.Text.Length - rightFrom && left.Text.Length - from <= commonSuffix;
}
