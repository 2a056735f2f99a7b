namespace EventStore.Cli.Lines;

/// <summary>One line of a stream.</summary>
/// <param name="Bytes">
/// Without its end; valid until the reader is filled again. Empty when <paramref name="TooLong"/>.
/// </param>
/// <param name="IsTerminated">False for a last line that lacks its line feed.</param>
/// <param name="TooLong">The line was longer than the reader keeps; its content is lost.</param>
internal readonly record struct InputLine(ReadOnlyMemory<byte> Bytes, bool IsTerminated, bool TooLong);
