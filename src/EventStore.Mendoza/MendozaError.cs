namespace EventStore.Mendoza;

/// <summary>Why and where a patch failed.</summary>
/// <param name="Code">The kind of failure.</param>
/// <param name="Position">Position in the patch's array of the operation that failed, from 0; -1 when none is to
/// blame.</param>
/// <param name="Message">One sentence for people.</param>
public readonly record struct MendozaError(MendozaErrorCode Code, int Position, string Message);
