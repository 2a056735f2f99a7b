using System.Runtime.InteropServices;
using System.Text;
using CsvHelper;
using EventStore.Server.Collections.Shapes;

namespace EventStore.Server.Collections.Formats;

/// <summary>
/// Comma-separated values (RFC 4180) in UTF-8, with a header. The fields of objects are columns named by their dot paths;
/// arrays, and values that are not of one kind, are JSON. A null is an empty field, an empty text a quoted one. Numbers
/// are as they are spelled in the documents.
/// </summary>
/// <param name="isFormulaSafe">Whether texts that a spreadsheet would run as a formula get an apostrophe before
/// them.</param>
internal sealed class CsvFormat(bool isFormulaSafe) : IRowFormat
{
    private const byte Apostrophe = (byte)'\'';

    public string Extension => "csv";

    public string ContentType => "text/csv; charset=utf-8";

    public async Task WriteAsync(
        IRowSource rows, TableSchema? schema, Stream output, CancellationToken cancellationToken)
    {
        schema ??= await TableSchema.InferAsync(rows, cancellationToken);
        await using var csv = CsvWriter.Create(output, null, leaveOpen: true);
        var record = new CsvRecord(schema);
        var texts = new StringText();
        var safe = new List<byte>();
        foreach (var name in record.Names)
        {
            WriteText(csv, Encoding.UTF8.GetBytes(name), safe);
        }

        await csv.EndRecordAsync(cancellationToken);
        await foreach (var row in rows.ReadAsync(cancellationToken))
        {
            Write(csv, record, row.Span, texts, safe);
            await csv.EndRecordAsync(cancellationToken);
        }

        await csv.FlushAsync(cancellationToken);
    }

    private void Write(CsvWriter csv, CsvRecord record, ReadOnlySpan<byte> row, StringText texts, List<byte> safe)
    {
        record.Read(row);
        for (var index = 0; index < record.Count; index++)
        {
            var value = row[record[index]];
            if (!value.IsEmpty && value[0] == '"' && !record.IsJson(index))
            {
                WriteText(csv, texts.Read(value), safe);
            }
            else
            {
                csv.WriteField(value);
            }
        }
    }

    private void WriteText(CsvWriter csv, ReadOnlySpan<byte> text, List<byte> safe)
    {
        if (text.IsEmpty)
        {
            csv.WriteField(ReadOnlySpan<char>.Empty, CsvQuoting.Always);
        }
        else if (isFormulaSafe && "=+-@\t\r"u8.Contains(text[0]))
        {
            safe.Clear();
            safe.Add(Apostrophe);
            safe.AddRange(text);
            csv.WriteField(CollectionsMarshal.AsSpan(safe));
        }
        else
        {
            csv.WriteField(text);
        }
    }
}
