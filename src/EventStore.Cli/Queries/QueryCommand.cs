using System.Buffers;
using System.CommandLine;
using System.Text;
using EventStore.Cli.Patches;
using EventStore.Cli.Terminal;
using EventStore.Groq;

namespace EventStore.Cli.Queries;

/// <summary><c>query --file DOCUMENTS QUERY</c>: GROQ over a local file of documents, without a server.</summary>
internal static class QueryCommand
{
    public static Command Create(StandardStreams streams)
    {
        var query = new Argument<string?>("QUERY")
        {
            Description = "GROQ query",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var file = new Option<FileInfo>("--file") { Description = "NDJSON file of documents", Required = true };
        var parameters = new Option<string[]>("--param")
        {
            Description = "Parameter of the query as NAME=JSON; may be given several times",
        };
        var batch = new Option<bool>("--batch")
        {
            Description = "Read {\"query\",\"params\"} lines from standard input, write {\"result\"} or {\"error\"}",
        };
        var command = new Command("query", "Evaluate GROQ over a file of documents") { query, file, parameters, batch };
        command.SetAction(async (arguments, cancellation) =>
        {
            DocumentFile documents = await DocumentFile.ReadAsync(arguments.GetRequiredValue(file), cancellation);
            if (arguments.GetValue(batch))
            {
                var run = new LineRun(
                    streams.OpenInput(), streams.OpenOutput(), new QueryOperation(documents, cancellation));
                return await run.RunAsync(cancellation) ? ExitCode.Success : ExitCode.Failure;
            }

            string text = arguments.GetValue(query) ?? throw new CommandFailure("a query is missing");
            Dictionary<string, ReadOnlyMemory<byte>> given = ReadParameters(arguments.GetValue(parameters) ?? []);
            byte[] result = Evaluate(text, given, documents, cancellation);
            await WriteAsync(result, streams.OpenOutput(), cancellation);
            return ExitCode.Success;
        });
        return command;
    }

    private static byte[] Evaluate(
        string text,
        Dictionary<string, ReadOnlyMemory<byte>> parameters,
        DocumentFile documents,
        CancellationToken cancellation)
    {
        try
        {
            var output = new ArrayBufferWriter<byte>();
            GroqQuery.Parse(text, parameters).Evaluate(documents.CreateContext(cancellation), output);
            return output.WrittenSpan.ToArray();
        }
        catch (GroqParseException failure)
        {
            throw new CommandFailure(
                $"the query is not valid at {failure.Start}..{failure.End}: {failure.Description}", failure);
        }
        catch (GroqEvaluationException failure)
        {
            throw new CommandFailure(failure.Message, failure);
        }
    }

    private static Dictionary<string, ReadOnlyMemory<byte>> ReadParameters(string[] given)
    {
        var parameters = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        foreach (string parameter in given)
        {
            int equals = parameter.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                throw new CommandFailure($"--param takes NAME=JSON, not {parameter}");
            }

            string name = parameter[..equals].TrimStart('$');
            parameters[name] = DocumentFile.Canonicalize(
                Encoding.UTF8.GetBytes(parameter[(equals + 1)..]), $"the parameter {name}");
        }

        return parameters;
    }

    /// <summary>An array as one line an element, so that it can be piped on; anything else as one line.</summary>
    private static async Task WriteAsync(byte[] result, OutputStream output, CancellationToken cancellation)
    {
        foreach (ReadOnlyMemory<byte> line in JsonLines.Cut(result))
        {
            await output.WriteAsync(line, cancellation);
            await output.WriteAsync("\n"u8.ToArray(), cancellation);
        }

        await output.FlushAsync(cancellation);
    }
}
