using System.Buffers;
using System.CommandLine;
using System.Text;
using EventStore.Cli.Connection;
using EventStore.Cli.Patches;
using EventStore.Cli.Terminal;
using EventStore.Groq;

namespace EventStore.Cli.Queries;

/// <summary>
/// <c>query DATASET QUERY</c>: GROQ on a dataset, as it is or as it was; <c>query --file DOCUMENTS QUERY</c>: over a
/// local file of documents, without a server.
/// </summary>
internal static class QueryCommand
{
    public static Command Create(StandardStreams streams)
    {
        var dataset = new Argument<string?>("DATASET")
        {
            Description = "Dataset to query; left out with --file",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var query = new Argument<string?>("QUERY") { Description = "GROQ query", Arity = ArgumentArity.ZeroOrOne };
        var file = new Option<FileInfo?>("--file") { Description = "NDJSON file of documents instead of a dataset" };
        var parameters = new Option<string[]>("--param")
        {
            Description = "Parameter of the query as NAME=JSON; may be given several times",
        };
        var batch = new Option<bool>("--batch")
        {
            Description = "With --file: read {\"query\",\"params\"} lines from standard input, write {\"result\"} or "
                + "{\"error\"}",
        };
        var remote = new QueryOptions();
        var command = new Command("query", "Evaluate GROQ on a dataset, now or as it was, or over a file of documents")
        {
            dataset, query, file, parameters, batch,
        };
        remote.AddTo(command, file);
        var connection = ConnectionOptions.AddTo(command);
        command.SetAction(async (arguments, cancellation) =>
        {
            string? first = arguments.GetValue(dataset);
            string? second = arguments.GetValue(query);
            Dictionary<string, ReadOnlyMemory<byte>> given = ReadParameters(arguments.GetValue(parameters) ?? []);
            if (arguments.GetValue(file) is not { } documents)
            {
                string text = second ?? throw new CommandFailure("DATASET and QUERY are needed, or --file and QUERY");
                using EventStoreConnection server = connection.Connect(arguments);
                await remote.RunAsync(server, streams, arguments, first!, text, given, cancellation);
                return ExitCode.Success;
            }

            if (second is not null)
            {
                throw new CommandFailure("with --file there is no DATASET");
            }

            return await QueryFileAsync(
                documents, first, given, arguments.GetValue(batch), streams, cancellation);
        });
        return command;
    }

    private static async Task<int> QueryFileAsync(
        FileInfo file,
        string? query,
        Dictionary<string, ReadOnlyMemory<byte>> parameters,
        bool isBatch,
        StandardStreams streams,
        CancellationToken cancellation)
    {
        DocumentFile documents = await DocumentFile.ReadAsync(file, cancellation);
        if (isBatch)
        {
            var run = new LineRun(
                streams.OpenInput(), streams.OpenOutput(), new QueryOperation(documents, cancellation));
            return await run.RunAsync(cancellation) ? ExitCode.Success : ExitCode.Failure;
        }

        string text = query ?? throw new CommandFailure("a query is missing");
        byte[] result = Evaluate(text, parameters, documents, cancellation);
        await QueryOutput.WriteLinesAsync(result, streams.OpenOutput(), cancellation);
        return ExitCode.Success;
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
}
