using System.Text;

namespace EventStore.Cli.Terminal;

/// <summary>Standard output as bytes; tells its own failures apart from those of files and sockets.</summary>
internal sealed class OutputStream(Stream stream)
{
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        try
        {
            await stream.WriteAsync(bytes, cancellation);
        }
        catch (IOException failure)
        {
            throw new OutputClosedException(failure);
        }
    }

    public async ValueTask WriteLineAsync(string line, CancellationToken cancellation) =>
        await WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), cancellation);

    public async ValueTask FlushAsync(CancellationToken cancellation)
    {
        try
        {
            await stream.FlushAsync(cancellation);
        }
        catch (IOException failure)
        {
            throw new OutputClosedException(failure);
        }
    }
}
