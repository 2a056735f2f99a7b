using EventStore.Server.Collections.Shapes;

namespace EventStore.Server.Collections.Formats;

/// <summary>A format of exported files.</summary>
internal interface IRowFormat
{
    /// <summary>The end of file names.</summary>
    string Extension { get; }

    string ContentType { get; }

    /// <summary>Writes a whole file.</summary>
    /// <param name="rows">The rows; read once or twice.</param>
    /// <param name="schema">The columns where they are known; null to find them out.</param>
    /// <param name="output">Where the file goes; only written to.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    Task WriteAsync(IRowSource rows, TableSchema? schema, Stream output, CancellationToken cancellationToken);
}
