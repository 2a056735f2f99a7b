using EventStore.Groq.Values;

namespace EventStore.Groq.Syntax;

/// <summary>A node of the syntax tree, with its place in the query in UTF-16 units.</summary>
internal abstract record Expression(int Start, int End)
{
    /// <summary>Levels of the tree from here down: what recursion over it costs.</summary>
    public int Height { get; set; } = 1;
}

/// <summary>Null, a boolean, a number or a string.</summary>
internal sealed record LiteralExpression(Value Value, int Start, int End) : Expression(Start, End);

internal sealed record ArrayExpression(ArrayElement[] Elements, int Start, int End) : Expression(Start, End);

internal readonly record struct ArrayElement(Expression Expression, bool IsSplat);

internal sealed record ObjectExpression(ObjectEntry[] Entries, int Start, int End) : Expression(Start, End);

/// <summary>The <c>@</c>.</summary>
internal sealed record ThisExpression(int Start, int End) : Expression(Start, End);

/// <summary>The <c>*</c> that stands for the dataset.</summary>
internal sealed record EverythingExpression(int Start, int End) : Expression(Start, End);

/// <summary>One <c>^</c> or several joined by dots.</summary>
internal sealed record ParentExpression(int Level, int Start, int End) : Expression(Start, End);

internal sealed record ParameterExpression(string Name, int Start, int End) : Expression(Start, End);

/// <summary>A bare identifier: an attribute of the current value.</summary>
internal sealed record AttributeExpression(string Name, int Start, int End) : Expression(Start, End);

internal sealed record CallExpression(string? Namespace, string Name, Expression[] Arguments, int Start, int End)
    : Expression(Start, End)
{
    public string FullName => Namespace is null ? Name : $"{Namespace}::{Name}";
}

/// <summary><c>base | function(…)</c>.</summary>
internal sealed record PipeExpression(Expression Base, CallExpression Call, int Start, int End)
    : Expression(Start, End);

/// <summary>Parentheses; several members, as selectors have them, make a tuple.</summary>
internal sealed record GroupExpression(Expression[] Members, int Start, int End) : Expression(Start, End)
{
    public bool IsTuple => Members.Length > 1;
}

/// <summary>An expression and the chain of traversals that follows it.</summary>
internal sealed record TraversalExpression(Expression Base, Traversal[] Chain, int Start, int End)
    : Expression(Start, End);

internal sealed record UnaryExpression(UnaryOperator Operator, Expression Operand, int Start, int End)
    : Expression(Start, End);

internal sealed record BinaryExpression(
    BinaryOperator Operator, Expression Left, Expression Right, int Start, int End) : Expression(Start, End);

/// <summary>A chain of one of the associative operators <c>&amp;&amp;</c> and <c>||</c>.</summary>
internal sealed record LogicalExpression(bool IsAnd, Expression[] Operands, int Start, int End)
    : Expression(Start, End);

internal sealed record RangeExpression(Expression From, Expression To, bool IsExclusive, int Start, int End)
    : Expression(Start, End);

/// <summary><c>condition => value</c>.</summary>
internal sealed record PairExpression(Expression Condition, Expression Value, int Start, int End)
    : Expression(Start, End);

/// <summary><c>expression asc</c> or <c>expression desc</c>.</summary>
internal sealed record DirectionExpression(Expression Operand, bool IsDescending, int Start, int End)
    : Expression(Start, End);
