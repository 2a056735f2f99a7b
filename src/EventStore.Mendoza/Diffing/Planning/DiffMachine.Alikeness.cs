using EventStore.Mendoza.Diffing.Matching;
using EventStore.Mendoza.Diffing.Plans;
using EventStore.Mendoza.Json;

namespace EventStore.Mendoza.Diffing.Planning;

// Which member of a left container has most fields in common with a right object.
internal ref partial struct DiffMachine
{
    /// <summary>Members compared by how many bytes of fields they share.</summary>
    private const int ComparedOwners = 8;

    /// <summary>Up to this many elements, each is compared from both its ends; among more, by their fields.</summary>
    private const int FewElements = 64;

    /// <summary>The left element that shares most with a right object; -1 when none shares any.</summary>
    private int MostAlike(in ArrayMiddle middle, ref ElementTable table, int r)
    {
        if (table.To - table.From > FewElements)
        {
            if (!table.Owners.IsMade)
            {
                table.Owners = CreateOwners(middle.Left, table.From, table.To);
            }
            return MostAlike(table.Owners, r);
        }
        ReadOnlySpan<byte> value = right.Value(r);
        int best = -1;
        int most = 0;
        for (int i = table.From; i < table.To; i++)
        {
            ReadOnlySpan<byte> element = left.Value(left.Child(middle.Left, i));
            int score = ByteRuns.CommonPrefixLength(element, value) + ByteRuns.CommonSuffixLength(element, value);
            if (score > most)
            {
                most = score;
                best = i;
            }
        }
        work -= table.To - table.From;
        return best;
    }

    /// <summary>The fields of a container's members in a range.</summary>
    private FieldOwners CreateOwners(int container, int from, int to)
    {
        int fields = 0;
        for (int i = from; i < to; i++)
        {
            int member = left.Child(container, i);
            if (left.Kind(member) == JsonKind.Object && left.TryOpen(member))
            {
                fields += left.Count(member);
            }
        }
        work -= fields + to - from;
        var owners = new FieldOwners(ref space.Tables, fields);
        for (int i = from; i < to; i++)
        {
            int member = left.Child(container, i);
            if (left.Kind(member) != JsonKind.Object || !left.TryOpen(member))
            {
                continue;
            }
            for (int field = 0; field < left.Count(member); field++)
            {
                int node = left.Child(member, field);
                owners.Add(ref space.Tables, i, FieldHash(left.Key(node), LeftHash(node)));
            }
        }
        return owners;
    }

    /// <summary>
    /// The member that shares most with a right object, in bytes of equal fields; -1 when none shares any.
    /// </summary>
    private int MostAlike(in FieldOwners owners, int r)
    {
        if (!right.TryOpen(r))
        {
            return -1;
        }
        Span<(int Member, int Score)> scores = stackalloc (int, int)[ComparedOwners];
        int count = 0;
        for (int i = 0; i < right.Count(r); i++)
        {
            int field = right.Child(r, i);
            (int first, int second) = owners.Of(space.Tables, FieldHash(right.Key(field), RightHash(field)));
            int weight = right.End(field) - right.KeyStart(field);
            Score(scores, ref count, first, weight);
            Score(scores, ref count, second, weight);
        }
        int best = -1;
        int most = 0;
        foreach ((int member, int score) in scores[..count])
        {
            if (score > most)
            {
                most = score;
                best = member;
            }
        }
        return best;
    }

    private static void Score(Span<(int Member, int Score)> scores, ref int count, int member, int weight)
    {
        if (member < 0)
        {
            return;
        }
        for (int i = 0; i < count; i++)
        {
            if (scores[i].Member == member)
            {
                scores[i].Score += weight;
                return;
            }
        }
        if (count < scores.Length)
        {
            scores[count++] = (member, weight);
        }
    }

    private static uint FieldHash(ReadOnlySpan<byte> key, uint value) =>
        ValueHash.Combine(ValueHash.Compute(key), value);
}
