namespace EventStore.Log.Postgres;

/// <summary>The job on whose behalf was to be written was taken over, canceled or finished; nothing was written.</summary>
public sealed class FenceLostException(Fence fence)
    : Exception($"The job {fence.Job} is not held with fence {fence.Token} any more");
