namespace EventStore.Log.Postgres;

/// <summary>A job that was to be written for was taken over, canceled or finished; nothing was written.</summary>
public sealed class FenceLostException(Fence fence)
    : Exception($"The job {fence.Job} is not held with fence {fence.Token} any more");
