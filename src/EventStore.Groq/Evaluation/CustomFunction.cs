using EventStore.Groq.Syntax;

namespace EventStore.Groq.Evaluation;

/// <summary>A function that the query defines, and what its body was compiled to.</summary>
internal sealed class CustomFunction(FunctionDeclaration declaration)
{
    public FunctionDeclaration Declaration { get; } = declaration;

    public Node? Body { get; set; }

    public bool IsBeingCompiled { get; set; }

    /// <summary>How deep the body's tree is, with the functions it calls.</summary>
    public int Depth { get; set; }

    public int IndexOf(string parameter) => Array.IndexOf(Declaration.Parameters, parameter);
}
