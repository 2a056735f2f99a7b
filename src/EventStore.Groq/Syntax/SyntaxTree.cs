namespace EventStore.Groq.Syntax;

/// <summary>A whole query: custom functions and the expression.</summary>
internal sealed record SyntaxTree(FunctionDeclaration[] Functions, Expression Root);
