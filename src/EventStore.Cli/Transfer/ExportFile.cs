namespace EventStore.Cli.Transfer;

/// <summary>
/// A file that takes its name only when it is whole; until then it lies beside it and goes away with a failure.
/// </summary>
internal sealed class ExportFile : IAsyncDisposable
{
    private readonly string _path;
    private readonly string _draft;
    private readonly FileStream _stream;
    private bool _isPublished;

    private ExportFile(string path, string draft, FileStream stream)
    {
        _path = path;
        _draft = draft;
        _stream = stream;
    }

    public static ExportFile Create(string path)
    {
        var draft = $"{path}.{Environment.ProcessId}.partial";
        try
        {
            if (Directory.Exists(path))
            {
                throw new CommandFailure($"{path} is a folder");
            }

            return new ExportFile(path, draft, new FileStream(draft, FileMode.Create, FileAccess.Write));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(failure.Message, failure);
        }
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        try
        {
            await _stream.WriteAsync(bytes, cancellation);
        }
        catch (IOException failure)
        {
            throw new CommandFailure($"cannot write {_path}: {failure.Message}", failure);
        }
    }

    public void Publish()
    {
        try
        {
            _stream.Flush(flushToDisk: true);
            _stream.Dispose();
            File.Move(_draft, _path, overwrite: true);
            _isPublished = true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure($"cannot write {_path}: {failure.Message}", failure);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        if (!_isPublished)
        {
            File.Delete(_draft);
        }
    }
}
