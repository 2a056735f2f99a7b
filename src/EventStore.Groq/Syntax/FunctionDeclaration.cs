namespace EventStore.Groq.Syntax;

/// <summary><c>fn namespace::name($a, $b) = body;</c>.</summary>
internal sealed record FunctionDeclaration(
    string Namespace, string Name, string[] Parameters, Expression Body, int Start, int End)
{
    public string FullName => $"{Namespace}::{Name}";
}
