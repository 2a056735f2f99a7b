namespace EventStore.Groq.Syntax;

internal enum UnaryOperator
{
    Not,
    Plus,
    Minus,
}
