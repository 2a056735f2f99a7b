namespace EventStore.Server.Collections;

/// <summary>
/// The rows of a file were others when they were read again: what their reader may see has changed meanwhile.
/// </summary>
internal sealed class RowsChangedException() : Exception("What may be read has changed during the export; try again");
