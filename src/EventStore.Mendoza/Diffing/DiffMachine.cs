using System.Runtime.CompilerServices;
using EventStore.Mendoza.Json;

namespace EventStore.Mendoza.Diffing;

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
    private const int WorkPerByte = 4;

    private const int BytesPerUnit = 64;

    /// <summary>Units of work for documents of any size.</summary>
    private const int LeastWork = 100_000;

    /// <summary>A plan this cheap is not worth looking for a better one.</summary>
    private const int CheapPlan = 24;

    private JsonIndex left;
    private JsonIndex right;
    private NodeHashes? leftHashes;
    private NodeHashes? rightHashes;
    private PooledList<PatchPlan> plans;
    private PooledList<PatchStep> steps;
    private PooledList<PatchStep> pending;
    private PooledList<FieldMatch> matches;
    private Dictionary<ulong, int>? known;
    private NodePaths? paths;
    private int commonPrefix;
    private int commonSuffix;
    private bool ordersMayDiffer;
    private bool hasPrototypeKey;
    private long work;
    private long generousWork;

    public DiffMachine(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        this.left = new JsonIndex(left);
        this.right = new JsonIndex(right);
    }

    public void Dispose()
    {
        left.Dispose();
        right.Dispose();
        plans.Dispose();
        steps.Dispose();
        pending.Dispose();
        matches.Dispose();
    }

    public void Read()
    {
        if (!left.TryRead(MendozaLimits.MaxDepth) || !right.TryRead(MendozaLimits.MaxDepth))
        {
            throw new MendozaException(new MendozaError(
                MendozaErrorCode.MalformedDocument, -1, "a document is not canonical JSON or nested too deeply"));
        }
        ReadOnlySpan<byte> leftText = left.Text;
        ReadOnlySpan<byte> rightText = right.Text;
        commonPrefix = leftText.CommonPrefixLength(rightText);
        commonSuffix = ByteRuns.CommonSuffixLength(leftText, rightText);
        hasPrototypeKey = leftText.IndexOf(KeyHazards.PrototypeKey) >= 0
            || rightText.IndexOf(KeyHazards.PrototypeKey) >= 0;
        Start();
    }

    /// <summary>Turns the machine around, to diff from right to left.</summary>
    public void Swap()
    {
        JsonIndex index = left;
        left = right;
        right = index;
        (leftHashes, rightHashes) = (rightHashes, leftHashes);
        plans.Truncate(0);
        steps.Truncate(0);
        known?.Clear();
        paths = null;
        Start();
    }

    /// <summary>The patch from left to right.</summary>
    public byte[] Diff()
    {
        int plan = left[0].Kind == right[0].Kind ? Plan(0, 0) : None;
        int whole = 3 + right.Text.Length + 1;
        if (plan != None)
        {
            PatchPlan found = plans[plan];
            int cost = 1 + found.Cost + (found.FromBlank ? StepCost.RootBlank : 0);
            if (cost < whole)
            {
                var patch = new byte[cost];
                WritePatch(plan, patch);
                return patch;
            }
        }
        var replacement = new byte[whole];
        "[0,"u8.CopyTo(replacement);
        right.Text.CopyTo(replacement.AsSpan(3));
        replacement[^1] = (byte)']';
        return replacement;
    }

    private void Start()
    {
        work = LeastWork + WorkPerByte * ((long)left.Text.Length + right.Text.Length);
        generousWork = work / 2;
        ordersMayDiffer = KeyHazards.OrdersMayDiffer(ref left);
    }

    /// <summary>Whether there is work left to try more than the likeliest candidate.</summary>
    private readonly bool IsGenerous => work > generousWork;

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
        return right[r].Kind switch
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
        if (left[l].Kind != right[r].Kind)
        {
            return None;
        }
        // Spread (by an odd number, so still one key for each pair): the library's hash of l and r side by side is l
        // ^ r, which is 0 for most pairs.
        ulong pair = (((ulong)(uint)l << 32) | (uint)r) * NodeHashes.Multiplier;
        known ??= [];
        if (!known.TryGetValue(pair, out int plan))
        {
            plan = Plan(l, r);
            known[pair] = plan;
        }
        return plan;
    }

    private int AddPlan(bool fromBlank, int cost, ReadOnlySpan<PatchStep> own)
    {
        int first = steps.Count;
        foreach (ref readonly PatchStep step in own)
        {
            steps.Add(step);
        }
        plans.Add(new PatchPlan(fromBlank, cost, first, own.Length));
        return plans.Count - 1;
    }

    /// <summary>
    /// Whether two values are equal. What both documents start or end with alike needs no second look.
    /// </summary>
    private bool Same(int l, int r)
    {
        ref JsonNode a = ref left[l];
        ref JsonNode b = ref right[r];
        if (a.Length != b.Length)
        {
            return false;
        }
        if (a.Start == b.Start && a.End <= commonPrefix)
        {
            return true;
        }
        int leftRest = left.Text.Length - a.Start;
        if (leftRest == right.Text.Length - b.Start && leftRest <= commonSuffix)
        {
            return true;
        }
        work -= a.Length / BytesPerUnit;
        return left.Text.Slice(a.Start, a.Length).SequenceEqual(right.Text.Slice(b.Start, b.Length));
    }

    private ulong LeftHash(int node) => (leftHashes ??= new NodeHashes(ref left))[node];

    private ulong RightHash(int node) => (rightHashes ??= new NodeHashes(ref right))[node];
}
