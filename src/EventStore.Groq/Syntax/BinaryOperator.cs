namespace EventStore.Groq.Syntax;

internal enum BinaryOperator
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    Match,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Power,
}
