using Spectre.Console;

namespace EventStore.Cli.Terminal;

/// <summary>
/// Rows of text: a table on a terminal, otherwise lines of tab-separated fields, written as they come.
/// </summary>
internal sealed class OutputTable
{
    private readonly OutputStream _output;
    private readonly Table? _table;

    public OutputTable(StandardStreams streams, params ReadOnlySpan<string> headings)
    {
        _output = streams.OpenOutput();
        if (!streams.OutputIsTerminal)
        {
            return;
        }

        _table = new Table { Border = TableBorder.Simple };
        foreach (var heading in headings)
        {
            _table.AddColumn(new TableColumn(new Text(heading, new Style(decoration: Decoration.Bold))));
        }
    }

    public async ValueTask AddAsync(string[] fields, CancellationToken cancellation)
    {
        if (_table is not null)
        {
            _table.AddRow(fields.Select(field => new Text(field)));
            return;
        }

        await _output.WriteLineAsync(string.Join('\t', fields.Select(WithoutSeparators)), cancellation);
    }

    /// <summary>Shows what is not shown yet.</summary>
    public async ValueTask CompleteAsync(CancellationToken cancellation)
    {
        if (_table is not null)
        {
            AnsiConsole.Write(_table);
        }

        await _output.FlushAsync(cancellation);
    }

    // A field must not be taken for two, whatever an author is called.
    private static string WithoutSeparators(string field) => field.Replace('\t', ' ').ReplaceLineEndings(" ");
}
