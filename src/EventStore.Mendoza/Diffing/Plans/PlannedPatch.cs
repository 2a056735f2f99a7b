namespace EventStore.Mendoza.Diffing.Plans;

/// <summary>A patch that can be written.</summary>
/// <param name="Plan">The plan of the root; negative when the right document is sent whole.</param>
/// <param name="Length">Length of the patch in bytes.</param>
internal readonly record struct PlannedPatch(int Plan, int Length);
