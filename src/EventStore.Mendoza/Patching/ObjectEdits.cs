using EventStore.Mendoza.Json;
using EventStore.Mendoza.Ropes;

namespace EventStore.Mendoza.Patching;

/// <summary>Works the edits of an object into it.</summary>
internal static class ObjectEdits
{
    /// <summary>Makes an object of the last edits: runs of untouched fields stay whole.</summary>
    /// <param name="view">Where the object lies.</param>
    /// <param name="work">The edits, which are taken off their list.</param>
    /// <param name="source">The object they are made to; negative for none.</param>
    /// <param name="first">The first of them.</param>
    /// <param name="isOrdered">Whether they are known to be in key order, and to name fields of the source by their
    /// position.</param>
    /// <returns>The node; -1 when it would be too long.</returns>
    public static int Finish(in RopeView view, PatchWorkspace work, int source, int first, bool isOrdered)
    {
        Span<FieldEdit> own = work.Edits.AsSpan()[first..];
        if (!isOrdered)
        {
            own = own[..new EditOrder(view.Text).Sort(own, ref work.Spare)];
        }
        int node = -1;
        if (source >= 0)
        {
            node = view[source].IsBuilt ? view.TryReplaceFields(source, own)
                : isOrdered ? view.ReplaceRawFields(source, own)
                : -1;
        }
        if (node < 0)
        {
            node = Merge(view, source, own);
        }
        work.Edits.Truncate(first);
        return node;
    }

    private static int Merge(in RopeView view, int source, ReadOnlySpan<FieldEdit> edits)
    {
        int first = view.NextEntry;
        int kept = 0;
        foreach (ref readonly FieldEdit edit in edits)
        {
            if (source >= 0)
            {
                bool found = edit.Container == source;
                int place = found
                    ? edit.Position
                    : view.LowerBound(source, kept, view.Text[edit.KeyStart + 1, edit.KeyEnd - 1], out found);
                view.KeepFields(source, kept, place, first);
                kept = found ? place + 1 : place;
            }
            if (!edit.Deletes)
            {
                view.AppendChild(edit.Node, edit.KeyStart, edit.KeyEnd, first);
            }
        }
        if (source >= 0)
        {
            view.KeepFields(source, kept, RopeEntry.Uncounted, first);
        }
        return view.TryBuild(JsonKind.Object, first);
    }
}
