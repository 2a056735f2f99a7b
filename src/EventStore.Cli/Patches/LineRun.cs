using System.Buffers;
using EventStore.Cli.Lines;
using EventStore.Cli.Terminal;

namespace EventStore.Cli.Patches;

/// <summary>
/// Answers each line of a stream with one line, in order. Memory is bounded by the longest line. What is written is
/// sent on before the run waits for input, so that a program at the other end can talk to it line by line.
/// </summary>
internal sealed class LineRun(Stream input, OutputStream output, LineOperation operation)
{
    /// <summary>Longest line, in bytes.</summary>
    public const int MaximumLineLength = 256 * 1024 * 1024;

    private const int FlushLength = 256 * 1024;

    private readonly ArrayBufferWriter<byte> _written = new(FlushLength);

    /// <summary>Whether every line was good.</summary>
    public async Task<bool> RunAsync(CancellationToken cancellation)
    {
        var lines = new LineReader(input, MaximumLineLength);
        var areAllGood = true;
        do
        {
            while (lines.TryTake(out var line))
            {
                areAllGood &= Answer(line);
                if (_written.WrittenCount >= FlushLength)
                {
                    await FlushAsync(cancellation);
                }
            }

            await FlushAsync(cancellation);
        }
        while (await lines.FillAsync(cancellation));

        return areAllGood;
    }

    private bool Answer(InputLine line)
    {
        var isGood = line.TooLong
            ? operation.Refuse(_written, LineError.OfLine($"the line is longer than {MaximumLineLength} bytes"))
            : operation.Answer(line.Bytes, _written);
        _written.Write("\n"u8);
        return isGood;
    }

    private async ValueTask FlushAsync(CancellationToken cancellation)
    {
        if (_written.WrittenCount == 0)
        {
            return;
        }

        await output.WriteAsync(_written.WrittenMemory, cancellation);
        await output.FlushAsync(cancellation);
        _written.ResetWrittenCount();
    }
}
