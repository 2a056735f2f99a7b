using System.Buffers;
using EventStore.Groq.Evaluation;
using EventStore.Groq.Planning;
using EventStore.Groq.Syntax;
using EventStore.Groq.Values;

namespace EventStore.Groq;

/// <summary>
/// A query, parsed with its parameters and ready for evaluation, any number of times and by several threads.
/// </summary>
public sealed class GroqQuery
{
    private readonly Node root;
    private readonly int slots;

    private GroqQuery(string text, Node root, Compiler compiler)
    {
        Text = text;
        this.root = root;
        slots = compiler.Slots;
        Sources = [.. compiler.Sources];
        FollowsReferences = compiler.FollowsReferences;
    }

    public string Text { get; }

    /// <summary>
    /// What the query asks of the dataset, for each <c>*</c> in it, as far as that is known beforehand.
    /// </summary>
    public IReadOnlyList<GroqSource> Sources { get; }

    /// <summary>
    /// Whether the query follows references, and so may look up documents that no source says anything about.
    /// </summary>
    public bool FollowsReferences { get; }

    /// <summary>Parses a query. Parameters are named without their <c>$</c>; their values are JSON.</summary>
    /// <param name="text">The query.</param>
    /// <param name="parameters">Values of the parameters, as JSON in UTF-8.</param>
    /// <param name="delta">Whether the query is about a change (spec, Mode).</param>
    /// <exception cref="GroqParseException">The query is not valid, or not with these parameters.</exception>
    public static GroqQuery Parse(
        string text, IReadOnlyDictionary<string, ReadOnlyMemory<byte>>? parameters = null, bool delta = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        SyntaxTree tree = Parser.Parse(text);
        var values = new Dictionary<string, Value>(StringComparer.Ordinal);
        parameters ??= new Dictionary<string, ReadOnlyMemory<byte>>();
        foreach ((string name, ReadOnlyMemory<byte> json) in parameters)
        {
            values[name] = new GroqDocument(json).Text.Root;
        }
        var compiler = new Compiler(tree, values, delta);
        Node root = compiler.CompileQuery(tree);
        return new GroqQuery(text, root, compiler);
    }

    /// <summary>Evaluates the query and writes its result as JSON.</summary>
    /// <returns>What the evaluation took.</returns>
    /// <exception cref="GroqEvaluationException">A limit was met, or a document is not JSON.</exception>
    public GroqStatistics Evaluate(GroqContext context, IBufferWriter<byte> output)
    {
        var state = new EvaluationState(context, slots);
        var json = new JsonOutput(output, context.Limits.MaxResultBytes);
        root.Write(new Scope(state, []), json);
        json.Flush();
        return new GroqStatistics(state.Steps);
    }

    /// <summary>
    /// Whether the query, as a condition such as those of grants and filters, is true of a document: attributes are the
    /// document's, as inside of <c>*[…]</c>.
    /// </summary>
    public bool IsTrueOf(GroqDocument document, GroqContext context)
    {
        var state = new EvaluationState(context, slots);
        var outer = new Scope(state, []);
        return root.Evaluate(new Scope(outer, document.Value)).IsTrue;
    }
}
