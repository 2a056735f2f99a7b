using System.Text;

namespace EventStore.Benchmarks.Results;

/// <summary>A table whose first column is text and whose other columns are numbers.</summary>
internal sealed class MarkdownTable
{
    private readonly StringBuilder _text = new();

    public MarkdownTable(params string[] headings)
    {
        Add(headings);
        Add(["---", .. headings.Skip(1).Select(_ => "---:")]);
    }

    public void Add(params string[] cells) => _text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");

    public override string ToString() => _text.ToString();
}
