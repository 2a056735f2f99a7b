using EventStore.Mendoza.Diffing.Workspace;

namespace EventStore.Mendoza.Diffing.Trees;

// What the right text has in common with the left one need not be read twice: where its containers lie is known from
// there.
internal ref partial struct TreeBuilder
{
    /// <summary>Has the document read with the help of the left one, which has been read.</summary>
    public void CopyFrom(TreeStore left, in EqualStretches equal)
    {
        twin = left;
        stretches = equal;
    }

    /// <summary>
    /// Takes over the values that follow in the container at hand as long as the left document has the same.
    /// </summary>
    /// <param name="begin">Where the next child starts, in an object with its key.</param>
    /// <returns>Where the last one ends; 0 when there was none.</returns>
    private readonly int CopyChildren(int begin)
    {
        ref OpenContainer open = ref scratch.Open.Last;
        if (open.TwinCount == 0 || open.IsCollapsed)
        {
            return 0;
        }
        int end = stretches.EndAt(begin, out int shift);
        if (end == 0)
        {
            return 0;
        }
        int last = 0;
        int wanted = begin + shift;
        for (; open.TwinAt < open.TwinCount; open.TwinAt++)
        {
            int node = open.TwinFirst + open.TwinAt;
            int start = EndInTwin(node - 1) + 1;
            if (start < wanted)
            {
                continue;
            }
            int stop = EndInTwin(node) - shift;
            if (start > wanted || stop >= end || scratch.Pending.Count >= store.MaxNodes)
            {
                break;
            }
            TreeNode child = twin!.Nodes[node];
            if (child.Link < 0)
            {
                Add(child.Start - shift, stop);
            }
            else
            {
                scratch.Pending.Add(new TreeNode(start - shift, stop));
            }
            last = stop;
            wanted = stop + shift + 1;
        }
        return last;
    }

    /// <summary>Whether the left container that stands where one begins is known from the inside.</summary>
    private readonly bool IsListedInTwin(int at)
    {
        if (twin is null)
        {
            return false;
        }
        int container = ContainerInTwin(scratch.Open.Last, at);
        return container >= 0 && twin.Containers[container].First >= 0;
    }

    /// <summary>Finds the left container that stands where the one that was opened last does.</summary>
    private readonly void FindTwin(int at)
    {
        ref OpenContainer opened = ref scratch.Open.Last;
        opened.TwinCount = 0;
        if (twin is null)
        {
            return;
        }
        int count = scratch.Open.Count;
        int container = count == 1 ? ~twin.Nodes[TreeStore.Root].Link : ContainerInTwin(scratch.Open[count - 2], at);
        if (container >= 0 && twin.Containers[container].First >= 0)
        {
            opened.TwinFirst = twin.Containers[container].First;
            opened.TwinCount = twin.Containers[container].Count;
            opened.TwinAt = 0;
        }
    }

    /// <summary>The left container that a child of an open one is known to stand in the place of; or -1.</summary>
    private readonly int ContainerInTwin(in OpenContainer outer, int at)
    {
        if (outer.TwinAt >= outer.TwinCount || stretches.EndAt(at, out int shift) == 0)
        {
            return -1;
        }
        TreeNode node = twin!.Nodes[outer.TwinFirst + outer.TwinAt];
        return node.Start == at + shift ? ~node.Link : -1;
    }

    private readonly int EndInTwin(int node)
    {
        int link = twin!.Nodes[node].Link;
        return link >= 0 ? link : twin.Containers[~link].End;
    }
}
