using EventStore.Mendoza.Json;
using EventStore.Mendoza.Ropes;

namespace EventStore.Mendoza.Patching;

/// <summary>One patch on its way into one document: run, then written once.</summary>
internal ref struct SinglePatch
{
    private readonly PatchText patch;
    private readonly PatchWorkspace work;
    private readonly RopeView view;
    private readonly int left;
    private int result;
    private bool isDepthInDoubt;

    /// <exception cref="MendozaException">The patch is not JSON, or there is no document.</exception>
    public SinglePatch(ReadOnlySpan<byte> left, ReadOnlySpan<byte> patch, PatchTrust trust)
    {
        this.left = left.Length;
        this.patch = new PatchText(patch, trust);
        work = PatchWorkspace.Take();
        view = new RopeView(work.Rope, new RopeText(left, this.patch.Span));
    }

    public readonly void Dispose()
    {
        PatchWorkspace.Return(work);
        patch.Dispose();
    }

    /// <summary>Runs the patch and returns the length of the result.</summary>
    public int Execute()
    {
        int root = view.AddRaw(0, left);
        result = new NestedPatch(view, work, patch.Span, patch.Span.Length, default).Run(root, 0);
        if (result == NestedPatch.None)
        {
            work.Clear();
            var machine = new PatchMachine(view, work, 0);
            result = machine.Run(root);
            isDepthInDoubt = machine.IsDepthInDoubt;
        }
        return view.LengthOf(result);
    }

    public readonly void WriteTo(Span<byte> destination)
    {
        view.Write(result, destination, ref work.Frames);
        if (isDepthInDoubt)
        {
            RequireDepth(destination);
        }
    }

    /// <summary>The height kept while running is an upper bound, so only the written result can tell.</summary>
    /// <exception cref="MendozaException">The result is nested too deeply.</exception>
    public static void RequireDepth(ReadOnlySpan<byte> result)
    {
        JsonScan.SkipValue(result, 0, out int height);
        if (height > MendozaLimits.MaxDepth)
        {
            throw new MendozaException(new MendozaError(
                MendozaErrorCode.ResultTooDeep, -1, "the result is nested too deeply"));
        }
    }
}
