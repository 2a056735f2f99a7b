using Microsoft.Win32.SafeHandles;

namespace EventStore.Cli.Terminal;

/// <summary>The three standard streams of a command, and whether a person looks at them.</summary>
public sealed class StandardStreams
{
    private readonly Func<Stream> _openInput;
    private readonly Func<Stream> _openOutput;

    /// <summary>Streams a caller brings along, for running verbs inside another process.</summary>
    public StandardStreams(Stream input, Stream output, TextWriter error)
        : this(() => input, () => output, error)
    {
    }

    private StandardStreams(Func<Stream> openInput, Func<Stream> openOutput, TextWriter error)
    {
        _openInput = openInput;
        _openOutput = openOutput;
        Error = error;
    }

    /// <summary>Where errors and progress go; standard output carries results only.</summary>
    public TextWriter Error { get; }

    internal bool InputIsTerminal { get; private init; }

    internal bool OutputIsTerminal { get; private init; }

    internal bool ErrorIsTerminal { get; private init; }

    /// <summary>The streams of this process.</summary>
    public static StandardStreams OfProcess() => new(Console.OpenStandardInput, OpenProcessOutput, Console.Error)
    {
        InputIsTerminal = !Console.IsInputRedirected,
        OutputIsTerminal = !Console.IsOutputRedirected,
        ErrorIsTerminal = !Console.IsErrorRedirected,
    };

    internal Stream OpenInput() => _openInput();

    /// <summary>Writes fail with <see cref="OutputClosedException"/> when nobody reads any more.</summary>
    internal OutputStream OpenOutput() => new(_openOutput());

    /// <summary>
    /// The runtime's console stream swallows a broken pipe, so that a verb piped into <c>head</c> would run to its end
    /// for nobody. A file stream reports it, but keeps its own offset, which would overwrite what others append to a
    /// regular file: hence one for pipes and the other for files.
    /// </summary>
    private static Stream OpenProcessOutput()
    {
        if (OperatingSystem.IsWindows())
        {
            return Console.OpenStandardOutput();
        }

        const int standardOutput = 1;
        var handle = new SafeFileHandle(standardOutput, ownsHandle: false);
        var stream = new FileStream(handle, FileAccess.Write, bufferSize: 0);
        return stream.CanSeek ? Console.OpenStandardOutput() : stream;
    }
}
