using System.Text.Json;
using EventStore.Log.Transactions;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Http;

namespace EventStore.Server.Import;

/// <summary>
/// What an import tells its client. Progress is never waited for: a client that sends its whole body before it reads
/// would otherwise stop an import that has come far enough to fill the buffers between them.
/// </summary>
internal sealed class ImportReport(HttpContext context, TimeProvider clock) : IDisposable
{
    private StreamedAnswer? _answer;
    private Task _flush = Task.CompletedTask;
    private long _shownAt;
    private long _lines;
    private long _imported;
    private long _skipped;
    private long _sequence;

    /// <summary>Whether the answer has begun, so that its status can no longer tell of an error.</summary>
    public bool HasStarted => _answer is not null;

    /// <summary>Counts what is now durable.</summary>
    public void Count(IReadOnlyList<AppendResult> appended, long lastLine)
    {
        foreach (var result in appended)
        {
            _skipped += result.AlreadyKnown ? 1 : 0;
            _imported += result.AlreadyKnown ? 0 : 1;
            _sequence = result.Sequence;
        }

        _lines = lastLine;
        if (!_flush.IsCompleted || (HasStarted && clock.GetElapsedTime(_shownAt) < ServerLimits.ProgressInterval))
        {
            return;
        }

        _shownAt = clock.GetTimestamp();
        Write("progress"u8);
        _flush = Answer.FlushAsync().AsTask();
    }

    /// <summary>Ends the answer with what was done.</summary>
    public async Task FinishAsync(long lastLine)
    {
        _lines = lastLine;
        await _flush;
        Write("done"u8);
        await Answer.CompleteAsync();
    }

    /// <summary>Ends the answer with an error.</summary>
    public async Task FailAsync(Failure failure)
    {
        await _flush;
        (failure with { IsDescribed = true }).WriteTo(Answer);
        Answer.Write("\n"u8);
        await Answer.CompleteAsync();
    }

    public void Dispose() => _answer?.Dispose();

    private StreamedAnswer Answer => _answer ??= new StreamedAnswer(context, LineStream.ContentType);

    private void Write(ReadOnlySpan<byte> name)
    {
        using (var writer = new Utf8JsonWriter(Answer, JsonAnswer.Format))
        {
            writer.WriteStartObject();
            writer.WriteStartObject(name);
            writer.WriteNumber("lines"u8, _lines);
            writer.WriteNumber("imported"u8, _imported);
            writer.WriteNumber("skipped"u8, _skipped);
            writer.WriteNumber("sequence"u8, _sequence);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        Answer.Write("\n"u8);
    }
}
