namespace EventStore.Mendoza.Json;

/// <summary>
/// The objects of a normalised text whose keys are out of order, and the order their members belong in.
/// </summary>
internal struct KeyOrder : IDisposable
{
    private PooledList<Item> objects;
    private PooledList<Range> members;

    public readonly bool IsEmpty => objects.Count == 0;

    public void Dispose()
    {
        objects.Dispose();
        members.Dispose();
    }

    /// <summary>Notes one object, sorting its members.</summary>
    /// <returns>-1, or the offset in the input of a key that the object has twice.</returns>
    public int Add(byte[] text, Span<Member> own, int start, int end)
    {
        own.Sort(new KeyComparer(text));
        for (int i = 1; i < own.Length; i++)
        {
            if (KeyComparer.Key(text, own[i - 1]).SequenceEqual(KeyComparer.Key(text, own[i])))
            {
                return Math.Max(own[i - 1].InputStart, own[i].InputStart);
            }
        }
        objects.Add(new Item(start, end, members.Count, own.Length));
        foreach (ref readonly Member member in own)
        {
            members.Add(new Range(member.Start, member.End));
        }
        return -1;
    }

    /// <summary>
    /// Writes the text with every object in order, from an explicit stack: what is left of a range lies below the
    /// object that interrupts it.
    /// </summary>
    public void Write(ReadOnlySpan<byte> text, Span<byte> output)
    {
        objects.AsSpan().Sort(static (left, right) => left.Start.CompareTo(right.Start));
        var pending = new PooledList<Step>();
        try
        {
            int at = 0;
            pending.Add(new Step(0, text.Length, -1, 0));
            while (pending.Count > 0)
            {
                Step step = pending.Last;
                pending.RemoveLast();
                if (step.Object < 0)
                {
                    WriteRange(text, output, ref at, step, ref pending);
                }
                else
                {
                    WriteMember(output, ref at, step, ref pending);
                }
            }
        }
        finally
        {
            pending.Dispose();
        }
    }

    private readonly void WriteRange(
        ReadOnlySpan<byte> text, Span<byte> output, ref int at, Step range, ref PooledList<Step> pending)
    {
        int next = FirstObjectFrom(range.From);
        if (next == objects.Count || objects[next].Start >= range.To)
        {
            Copy(text, output, ref at, range.From, range.To);
            return;
        }
        Item item = objects[next];
        Copy(text, output, ref at, range.From, item.Start);
        if (item.End < range.To)
        {
            pending.Add(new Step(item.End, range.To, -1, 0));
        }
        if (next + 1 < objects.Count && objects[next + 1].Start < item.End)
        {
            pending.Add(new Step(0, 0, next, 0));
            return;
        }
        for (int i = 0; i < item.Count; i++)
        {
            output[at++] = (byte)(i == 0 ? '{' : ',');
            Range member = members[item.FirstMember + i];
            Copy(text, output, ref at, member.Start, member.End);
        }
        output[at++] = (byte)'}';
    }

    private readonly void WriteMember(Span<byte> output, ref int at, Step step, ref PooledList<Step> pending)
    {
        Item item = objects[step.Object];
        if (step.Member == item.Count)
        {
            output[at++] = (byte)'}';
            return;
        }
        output[at++] = (byte)(step.Member == 0 ? '{' : ',');
        pending.Add(new Step(0, 0, step.Object, step.Member + 1));
        Range member = members[item.FirstMember + step.Member];
        pending.Add(new Step(member.Start, member.End, -1, 0));
    }

    private readonly int FirstObjectFrom(int start)
    {
        int low = 0;
        int high = objects.Count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (objects[middle].Start < start)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }
        return low;
    }

    private static void Copy(ReadOnlySpan<byte> text, Span<byte> output, ref int at, int from, int to)
    {
        text[from..to].CopyTo(output[at..]);
        at += to - from;
    }

    private readonly record struct Item(int Start, int End, int FirstMember, int Count);

    private readonly record struct Range(int Start, int End);

    /// <summary>Either a range of the text still to write, or an object of which the members from one on are.</summary>
    private readonly record struct Step(int From, int To, int Object, int Member);

    private readonly struct KeyComparer(byte[] text) : IComparer<Member>
    {
        public int Compare(Member x, Member y) => x.Escaped || y.Escaped
            ? JsonText.Compare(Key(text, x), Key(text, y))
            : Key(text, x).SequenceCompareTo(Key(text, y));

        public static ReadOnlySpan<byte> Key(byte[] text, in Member member) =>
            text.AsSpan((member.Start + 1)..(member.KeyEnd - 1));
    }
}
