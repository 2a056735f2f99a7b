using System.Text;
using System.Text.Json;
using EventStore.Parquet.Tests.Reading;

namespace EventStore.Parquet.Tests;

/// <summary>Files are read back by a reader of the tests' own; others read them in <c>tests/clients</c>.</summary>
public sealed class ParquetWriterTests
{
    [Fact]
    public async Task Random_tables_are_read_back()
    {
        for (var seed = 1; seed <= 150; seed++)
        {
            var table = new RandomTable(seed);
            var (schema, options) = (table.Schema(), table.Options());
            var output = new MemoryStream();
            var writer = new ParquetWriter(output, schema, options);
            var expected = new List<object?>();
            for (var rows = seed % 7 == 0 ? 0 : seed % 5 == 0 ? 3000 : seed; rows > 0; rows--)
            {
                expected.Add(table.Write(schema, writer.Columns, writer.Row));
                await writer.EndRowAsync(default);
            }

            await writer.FinishAsync(default);
            writer.Rows.ShouldBe(expected.Count);
            var file = new ParquetFile(output.ToArray());
            Text(file.Rows()).ShouldBe(Text(expected), $"seed {seed}");
            RequireTrueStatistics(file, seed);
        }
    }

    [Fact]
    public async Task The_same_rows_give_the_same_bytes()
    {
        async Task<byte[]> WriteAsync(int threads) => await FileAsync(
            [.. Enumerable.Range(0, 9).Select(index => new ParquetValueField($"c{index}", ParquetType.Utf8))],
            5000,
            (columns, row, position) =>
            {
                foreach (var column in columns)
                {
                    ((ParquetValueColumn)column).AddUtf8(position, Encoding.UTF8.GetBytes($"{column.Name} {row % 100} {row}"));
                }
            },
            new() { Threads = threads, RowGroupBytes = 200_000 });

        (await WriteAsync(4)).ShouldBe(await WriteAsync(1));
    }

    [Theory]
    [InlineData(10, true, true)]
    [InlineData(20_000, false, true)]
    [InlineData(20_000, false, false)]
    public async Task Dictionaries_are_written_where_they_pay(int distinct, bool expected, bool isText)
    {
        var bytes = await FileAsync(
            [new ParquetValueField("c", isText ? ParquetType.Utf8 : ParquetType.Int64)],
            20_000,
            (columns, row, position) =>
            {
                var column = (ParquetValueColumn)columns[0];
                if (isText)
                {
                    column.AddUtf8(position, Encoding.UTF8.GetBytes($"value {row % distinct}"));
                }
                else
                {
                    column.AddInt64(position, row % distinct);
                }
            },
            new() { PageValues = 700 });
        var file = new ParquetFile(bytes);
        ParquetFile.Chunks(file.Groups.Single()).Single().ContainsKey(11).ShouldBe(expected);
        file.Rows().Select(row => ((Dictionary<string, object?>)row!)["c"]).ShouldBe(
            Enumerable.Range(0, 20_000).Select(row => isText ? $"value {row % distinct}" : (object)(long)(row % distinct)));
    }

    [Fact]
    public async Task What_does_not_shrink_is_not_compressed()
    {
        var random = new Random(7);
        var bytes = await FileAsync(
            [
                new ParquetListField("v", new ParquetValueField("e", ParquetType.Float, false), false),
                new ParquetValueField("t", ParquetType.Utf8),
            ],
            1000,
            (columns, row, position) =>
            {
                var vector = (ParquetListColumn)columns[0];
                var place = vector.First(position);
                for (var index = 0; index < 64; index++)
                {
                    ((ParquetValueColumn)vector.Element).AddFloat(place, (float)random.NextDouble());
                    place = vector.Next;
                }

                ((ParquetValueColumn)columns[1]).AddUtf8(position, Encoding.UTF8.GetBytes(new string('a', 100) + row));
            },
            new());
        ParquetFile.Chunks(new ParquetFile(bytes).Groups.Single()).Select(chunk => (long)chunk[4]).ShouldBe([0, 2]);
    }

    [Fact]
    public async Task Row_groups_bound_what_waits()
    {
        var output = new CountingStream();
        var writer = new ParquetWriter(
            output, [new ParquetValueField("c", ParquetType.Utf8)],
            new() { RowGroupBytes = 1 << 20, Compression = ParquetCompression.None });
        var value = new byte[10_000];
        var largest = 0L;
        for (var row = 0; row < 2000; row++)
        {
            Random.Shared.NextBytes(value);
            ((ParquetValueColumn)writer.Columns[0]).AddUtf8(writer.Row, value);
            await writer.EndRowAsync(default);
            largest = Math.Max(largest, ((row + 1) * 10_000L) - output.Written);
        }

        await writer.FinishAsync(default);
        largest.ShouldBeLessThan((2 << 20) + 40_000);
    }

    [Fact]
    public async Task An_output_that_fails_or_blocks_is_told_or_left_alone()
    {
        static async Task FillAsync(ParquetWriter writer, int rows)
        {
            for (var row = 0; row < rows; row++)
            {
                ((ParquetValueColumn)writer.Columns[0]).AddUtf8(writer.Row, "a value that is longer than a number"u8);
                await writer.EndRowAsync(default);
            }
        }

        ParquetField[] schema = [new ParquetValueField("c", ParquetType.Utf8)];
        var options = new ParquetOptions { RowGroupRows = 100 };
        await using (var failing = new ParquetWriter(new BlockedStream(fails: true), schema, options))
        {
            await Should.ThrowAsync<IOException>(() => FillAsync(failing, 300));
        }

        var blocked = new BlockedStream(fails: false);
        var abandoned = new ParquetWriter(blocked, schema, options);
        await FillAsync(abandoned, 150);
        await abandoned.DisposeAsync();
        blocked.IsAtWork.ShouldBeFalse();
        blocked.Length.ShouldBe(0);
    }

    [Fact]
    public async Task The_footer_carries_texts_and_the_origin()
    {
        var bytes = await FileAsync(
            [new ParquetValueField("c", ParquetType.Int64)], 0, (_, _, _) => { },
            new() { CreatedBy = "me", Metadata = new Dictionary<string, string> { ["schlüssel"] = "wert" } });
        var footer = new ParquetFile(bytes).Footer;
        CompactReader.Text(footer[6]).ShouldBe("me");
        var entry = (Dictionary<int, object>)((List<object>)footer[5]).Single();
        (CompactReader.Text(entry[1]), CompactReader.Text(entry[2])).ShouldBe(("schlüssel", "wert"));
    }

    [Fact]
    public async Task Wrong_use_is_told()
    {
        var writer = new ParquetWriter(
            new MemoryStream(), [new ParquetValueField("a", ParquetType.Int64, false), new ParquetValueField("b", ParquetType.Utf8)]);
        var (a, b) = ((ParquetValueColumn)writer.Columns[0], (ParquetValueColumn)writer.Columns[1]);
        Should.Throw<InvalidOperationException>(() => a.AddNull(writer.Row)).Message.ShouldContain("\"a\"");
        Should.Throw<InvalidOperationException>(() => b.AddInt64(writer.Row, 1)).Message.ShouldContain("Utf8");
        a.AddInt64(writer.Row, 1);
        await writer.EndRowAsync(default);
        var left = await Should.ThrowAsync<InvalidOperationException>(() => writer.FinishAsync(default));
        left.Message.ShouldContain("\"b\" was given 0 of 1 rows");

        var text = new ParquetValueField("x", ParquetType.Utf8);
        ParquetField deep = text;
        for (var level = 0; level < 60; level++)
        {
            deep = new ParquetListField("x", deep);
        }

        ParquetField[][] wrong =
        [
            [], [text, text], [text with { Name = "" }], [new ParquetStructField("s", [])], [new ParquetStructField("s", [text, text])],
            [deep],
        ];
        foreach (var schema in wrong)
        {
            Should.Throw<ArgumentException>(() => new ParquetWriter(new MemoryStream(), schema));
        }
    }

    private static async Task<byte[]> FileAsync(
        IReadOnlyList<ParquetField> schema,
        int rows,
        Action<IReadOnlyList<ParquetColumn>, int, ParquetPosition> write,
        ParquetOptions options)
    {
        var output = new MemoryStream();
        var writer = new ParquetWriter(output, schema, options);
        for (var row = 0; row < rows; row++)
        {
            write(writer.Columns, row, writer.Row);
            await writer.EndRowAsync(default);
        }

        await writer.FinishAsync(default);
        return output.ToArray();
    }

    private static void RequireTrueStatistics(ParquetFile file, int seed)
    {
        foreach (var group in file.Groups)
        {
            foreach (var (leaf, chunk) in file.Schema.Leaves.Zip(ParquetFile.Chunks(group)))
            {
                var entries = file.Read(chunk, leaf);
                var statistics = (Dictionary<int, object>)chunk[12];
                ((long)statistics[3]).ShouldBe(entries.Count(entry => entry.Value is null), $"seed {seed}");
                var values = entries.Where(entry => entry.Value is not null).Select(entry => entry.Value!).ToList();
                var hasLong = values.Any(value => value is string { Length: > 64 });
                if (values.Count == 0 || hasLong)
                {
                    continue;
                }

                Bytes(values.Min(Comparer)!).ShouldBe(Bytes((byte[])statistics[6], values[0]), $"seed {seed}");
                Bytes(values.Max(Comparer)!).ShouldBe(Bytes((byte[])statistics[5], values[0]), $"seed {seed}");
            }
        }
    }

    private static readonly Comparer<object> Comparer = Comparer<object>.Create((left, right) => left is string
        ? Encoding.UTF8.GetBytes((string)left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes((string)right))
        : ((IComparable)left).CompareTo(right));

    private static object Bytes(object value) => value is 0.0 or 0f ? 0.0 : value;

    /// <summary>A minimum or maximum as a value like another one.</summary>
    private static object Bytes(byte[] bytes, object like) => Bytes(like switch
    {
        long => BitConverter.ToInt64(bytes),
        double => BitConverter.ToDouble(bytes),
        float => BitConverter.ToSingle(bytes),
        bool => bytes[0] == 1,
        _ => (object)Encoding.UTF8.GetString(bytes),
    });

    private static string Text(object value) => JsonSerializer.Serialize(value);

    /// <summary>Takes what is written on other threads.</summary>
    private sealed class CountingStream : MemoryStream
    {
        private long _written;

        public long Written => Interlocked.Read(ref _written);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Interlocked.Add(ref _written, buffer.Length);
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>Takes nothing until it is called off, or fails.</summary>
    private sealed class BlockedStream(bool fails) : MemoryStream
    {
        public bool IsAtWork { get; private set; }

        public override async ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (fails)
            {
                throw new IOException("The disk is full.");
            }

            IsAtWork = true;
            try
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
            finally
            {
                IsAtWork = false;
            }
        }
    }
}
