using EventStore.Mendoza.Diffing.Workspace;
using EventStore.Mendoza.Json;

namespace EventStore.Mendoza.Diffing.Trees;

/// <summary>
/// Lists the values of a document, or of one container of it, in one pass. Either all containers keep their children,
/// or only those that hold one of two given places; of the others it is known where they end and how many children
/// they have.
/// </summary>
internal ref partial struct TreeBuilder(ReadOnlySpan<byte> text, TreeStore store, TreeScratch scratch)
{
    /// <summary>A container that ends within so many bytes is passed over.</summary>
    private const int LeastAttempt = 2048;

    /// <summary>So is one that ends within this part of the way to the next place.</summary>
    private const int AttemptedPart = 8;

    /// <summary>
    /// For a place: there is none, and of the containers inside only those that make up half of it are listed at once.
    /// </summary>
    public const int NoPlace = int.MaxValue;

    private readonly ReadOnlySpan<byte> text = text;
    private readonly TreeStore store = store;
    private readonly TreeScratch scratch = scratch;
    private TreeStore? twin;
    private EqualStretches stretches;

    /// <summary>Whether there are bytes that start characters from U+E000 to U+FFFF, in what was read.</summary>
    public bool HasUpper { get; private set; }

    /// <summary>Whether there are bytes that start characters above U+FFFF, in what was read.</summary>
    public bool HasAstral { get; private set; }

    /// <summary>Reads the container at [start, end).</summary>
    /// <param name="start">Offset of its opening bracket.</param>
    /// <param name="end">Offset behind its closing bracket.</param>
    /// <param name="first">One place, or <see cref="NoPlace"/>.</param>
    /// <param name="second">The other place.</param>
    /// <param name="container">Its number.</param>
    /// <returns>False when the text is not canonical JSON or nested too deeply.</returns>
    public bool TryBuild(int start, int end, int first, int second, out int container)
    {
        scratch.Pending.Truncate(0);
        scratch.Open.Truncate(0);
        container = -1;
        var structure = new StructureReader(text, start, end);
        int previous = start - 1;
        bool afterClose = false;
        // Bytes passed over in vain: nested containers that hold a place must not be tried one by one for ever.
        long wasted = 0;
        while (structure.TryNext(out int at))
        {
            byte mark = text[at];
            if (mark == ',')
            {
                if (scratch.Open.Count == 0 || !TryEndValue(previous, at, afterClose))
                {
                    return false;
                }
                afterClose = false;
            }
            else if (mark is (byte)'{' or (byte)'[')
            {
                if (afterClose || !IsPlaceForContainer(previous, at))
                {
                    return false;
                }
                if (scratch.Open.Count > 0 && wasted < end - start && !IsListedInTwin(at))
                {
                    StructureReader reader = structure;
                    int place = at > second ? NoPlace : at > first ? second : first;
                    int limit = Math.Min(end, first == NoPlace ? at + (end - start) / 2 : Attempt(at, place));
                    int close = structure.SkipContainer(limit, scratch.Open.Count + 1, MendozaLimits.MaxDepth);
                    if (close < -1)
                    {
                        return false;
                    }
                    if (close >= 0 && close + 1 < place)
                    {
                        Add(at, close + 1);
                        previous = close;
                        afterClose = true;
                        continue;
                    }
                    structure = reader;
                    wasted += limit - at;
                }
                if (!TryOpen(at))
                {
                    return false;
                }
                FindTwin(at);
            }
            else
            {
                if (!TryClose(previous, at, afterClose, first, second))
                {
                    return false;
                }
                afterClose = true;
                if (scratch.Open.Count == 0)
                {
                    // Nothing but the rest of the last block may follow.
                    HasUpper = structure.HasUpper;
                    HasAstral = structure.HasAstral;
                    container = ~scratch.Pending[0].Link;
                    return at + 1 == end && !structure.IsSpaced;
                }
            }
            previous = at;
            int copied = mark is (byte)']' or (byte)'}' ? 0 : CopyChildren(at + 1);
            if (copied > 0)
            {
                previous = copied - 1;
                afterClose = true;
                structure.GoTo(copied);
            }
        }
        return false;
    }

    /// <summary>
    /// How far to go for the end of a container, before it is taken for one that holds the next place. To go as far as
    /// that place would read most of a document twice.
    /// </summary>
    private static int Attempt(int at, int place)
    {
        int rest = place - at;
        return at + Math.Min(rest, place == NoPlace ? rest : Math.Max(LeastAttempt, rest / AttemptedPart));
    }

    private readonly bool IsPlaceForContainer(int previous, int at)
    {
        bool inObject = scratch.Open.Count > 0 && text[scratch.Pending[scratch.Open.Last.Entry].Start] == '{';
        return inObject ? at >= previous + 4 && text[at - 1] == ':' : at == previous + 1;
    }

    private readonly bool TryOpen(int at)
    {
        scratch.Open.Add(new OpenContainer { Entry = scratch.Pending.Count, Containers = store.Containers.Count });
        scratch.Pending.Add(new TreeNode(at, 0));
        return scratch.Open.Count <= MendozaLimits.MaxDepth;
    }

    /// <summary>Takes note of a container that was passed over.</summary>
    private readonly void Add(int start, int end)
    {
        ref OpenContainer open = ref scratch.Open.Last;
        if (open.IsCollapsed)
        {
            open.Forgotten++;
            return;
        }
        scratch.Pending.Add(new TreeNode(start, ~store.Containers.Count));
        store.Containers.Add(new TreeContainer(end, TreeContainer.Unlisted, TreeContainer.NotCounted));
        if (scratch.Pending.Count > store.MaxNodes)
        {
            Collapse();
        }
    }

    /// <summary>Takes note of the scalar that ends here, unless a container just did.</summary>
    private readonly bool TryEndValue(int previous, int at, bool afterClose)
    {
        if (afterClose)
        {
            return at == previous + 1;
        }
        if (at == previous + 1)
        {
            return false;
        }
        ref OpenContainer open = ref scratch.Open.Last;
        if (open.IsCollapsed)
        {
            open.Forgotten++;
            return true;
        }
        scratch.Pending.Add(new TreeNode(previous + 1, at));
        if (scratch.Pending.Count > store.MaxNodes)
        {
            Collapse();
        }
        return true;
    }

    private readonly bool TryClose(int previous, int at, bool afterClose, int first, int second)
    {
        if (scratch.Open.Count == 0)
        {
            return false;
        }
        int start = scratch.Pending[scratch.Open.Last.Entry].Start;
        bool isEmpty = previous == start && at == start + 1;
        if (text[at] - text[start] != '}' - '{' || (!isEmpty && !TryEndValue(previous, at, afterClose)))
        {
            return false;
        }
        OpenContainer closed = scratch.Open.Last;
        scratch.Open.Truncate(scratch.Open.Count - 1);
        bool isForgotten = scratch.Open.Count > 0 && scratch.Open.Last.IsCollapsed;
        if (isForgotten)
        {
            scratch.Open.Last.Forgotten++;
            scratch.Pending.Truncate(closed.Entry);
            store.Containers.Truncate(closed.Containers);
            return true;
        }
        int count = scratch.Pending.Count - closed.Entry - 1;
        int listed = TreeContainer.Unlisted;
        if (closed.IsCollapsed || count + 1 > store.MaxNodes - store.Nodes.Count)
        {
            listed = TreeContainer.TooLarge;
        }
        else if (first == NoPlace || scratch.Open.Count == 0 || Holds(start, at, first) || Holds(start, at, second))
        {
            listed = store.Nodes.Count + 1;
            if (!TryKeep(closed.Entry, start))
            {
                return false;
            }
        }
        if (listed < 0)
        {
            store.Containers.Truncate(closed.Containers);
        }
        scratch.Pending.Truncate(closed.Entry + 1);
        scratch.Pending.Last.Link = ~store.Containers.Count;
        store.Containers.Add(new TreeContainer(at + 1, listed, count + closed.Forgotten));
        return true;
    }

    private static bool Holds(int start, int at, int place) => start <= place && place <= at + 1;

    /// <summary>Lists the children of the container that just ended.</summary>
    private readonly bool TryKeep(int entry, int start)
    {
        bool isObject = text[start] == '{';
        ReadOnlySpan<TreeNode> children = scratch.Pending.From(entry + 1);
        Span<TreeNode> kept = store.Nodes.Extend(children.Length + 1);
        kept[0] = new TreeNode(start, start);
        int previousEnd = start;
        for (int i = 0; i < children.Length; i++)
        {
            TreeNode child = children[i];
            bool isScalar = child.Link >= 0;
            int end = isScalar ? child.Link : store.Containers[~child.Link].End;
            if (isObject)
            {
                int value = SkipKey(previousEnd + 1, end);
                if (value < 0 || (!isScalar && value != child.Start))
                {
                    return false;
                }
                child.Start = value;
            }
            if (isScalar && text[child.Start] == '"' && (end - child.Start < 2 || text[end - 1] != '"'))
            {
                return false;
            }
            kept[i + 1] = child;
            previousEnd = end;
        }
        return true;
    }

    /// <summary>Offset of the value behind the key that starts here, or -1.</summary>
    private readonly int SkipKey(int at, int end)
    {
        if (text[at] != '"')
        {
            return -1;
        }
        int behind = JsonScan.SkipString(text[..end], at, out bool escaped);
        if (behind < 0 || behind >= end - 1 || text[behind] != ':')
        {
            return -1;
        }
        return escaped && !JsonText.HasCanonicalEscapes(text[(at + 1)..(behind - 1)]) ? -1 : behind + 1;
    }

    /// <summary>
    /// Too many values are pending: the open container with the most children forgets them and only counts from here
    /// on.
    /// </summary>
    private readonly void Collapse()
    {
        Span<OpenContainer> open = scratch.Open.AsSpan();
        int largest = 0;
        int most = -1;
        for (int i = 0; i < open.Length; i++)
        {
            int children = EndOfChildren(open, i) - open[i].Entry - 1;
            if (children > most)
            {
                most = children;
                largest = i;
            }
        }
        int end = EndOfChildren(open, largest);
        Span<TreeNode> pending = scratch.Pending.AsSpan();
        pending[end..].CopyTo(pending[(end - most)..]);
        scratch.Pending.Truncate(pending.Length - most);
        open[largest].IsCollapsed = true;
        open[largest].Forgotten += most;
        for (int i = largest + 1; i < open.Length; i++)
        {
            open[i].Entry -= most;
        }
    }

    private readonly int EndOfChildren(Span<OpenContainer> open, int i) =>
        i + 1 < open.Length ? open[i + 1].Entry : scratch.Pending.Count;
}
