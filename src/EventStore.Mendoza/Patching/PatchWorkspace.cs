using EventStore.Mendoza.Json;
using EventStore.Mendoza.Ropes;

namespace EventStore.Mendoza.Patching;

/// <summary>
/// The lists a patch is run with, one set kept by each thread so that applying allocates nothing. A set that has grown
/// large is let go.
/// </summary>
internal sealed class PatchWorkspace
{
    /// <summary>Most memory that a thread keeps, in bytes.</summary>
    private const int KeptBytes = 1024 * 1024;

    [ThreadStatic]
    private static PatchWorkspace? kept;

    public PooledList<Input> Inputs;
    public PooledList<Output> Outputs;
    public PooledList<RopeEntry> Parts;
    public PooledList<FieldEdit> Edits;
    public PooledList<FieldEdit> Spare;
    public PooledList<ElementPart> Elements;
    public PooledList<RopeFrame> Frames;

    /// <summary>For a document that is changed once.</summary>
    public Rope Rope { get; } = new();

    /// <summary>Takes the thread's workspace, or a new one while that is in use.</summary>
    public static PatchWorkspace Take()
    {
        PatchWorkspace workspace = kept ?? new PatchWorkspace();
        kept = null;
        return workspace;
    }

    /// <summary>Gives a workspace back, empty.</summary>
    public static void Return(PatchWorkspace workspace)
    {
        workspace.Clear();
        workspace.Rope.Clear();
        if (kept is not null || workspace.Bytes > KeptBytes)
        {
            workspace.Free();
        }
        kept ??= workspace;
    }

    private long Bytes => Rope.Capacity + Inputs.Bytes + Outputs.Bytes + Parts.Bytes + Edits.Bytes + Spare.Bytes
        + Elements.Bytes + Frames.Bytes;

    /// <summary>Adds an edit of an object.</summary>
    public void AddEdit(int node, int keyStart, int keyEnd, int container, int position)
    {
        ref FieldEdit edit = ref Edits.AddInPlace();
        edit.Node = node;
        edit.KeyStart = keyStart;
        edit.KeyEnd = keyEnd;
        edit.Container = container;
        edit.Position = position;
    }

    /// <summary>Adds a part of an array.</summary>
    public void AddElements(int node, int from, int to)
    {
        ref ElementPart part = ref Elements.AddInPlace();
        part.Node = node;
        part.From = from;
        part.To = to;
    }

    /// <summary>Empties the lists that a patch is run with, for another run.</summary>
    public void Clear()
    {
        Inputs.Truncate(0);
        Outputs.Truncate(0);
        Parts.Truncate(0);
        Edits.Truncate(0);
        Spare.Truncate(0);
        Elements.Truncate(0);
        Frames.Truncate(0);
    }

    private void Free()
    {
        Rope.Dispose();
        Inputs.Dispose();
        Outputs.Dispose();
        Parts.Dispose();
        Edits.Dispose();
        Spare.Dispose();
        Elements.Dispose();
        Frames.Dispose();
    }
}
