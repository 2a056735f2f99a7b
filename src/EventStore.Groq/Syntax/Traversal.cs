namespace EventStore.Groq.Syntax;

/// <summary>One step of a traversal chain.</summary>
internal abstract record Traversal(int Start, int End);

/// <summary><c>.name</c>.</summary>
internal sealed record AttributeTraversal(string Name, int Start, int End) : Traversal(Start, End);

/// <summary><c>-></c>; <c>->name</c> is this and an attribute.</summary>
internal sealed record DereferenceTraversal(int Start, int End) : Traversal(Start, End);

/// <summary>
/// <c>[expression]</c>: an attribute, an element or a filter, which its constant value decides; with parameters that is
/// known only when the query is compiled.
/// </summary>
internal sealed record BracketTraversal(Expression Expression, int Start, int End) : Traversal(Start, End);

/// <summary><c>[from..to]</c> or <c>[from...to]</c>.</summary>
internal sealed record SliceTraversal(RangeExpression Range, int Start, int End) : Traversal(Start, End);

/// <summary><c>[]</c>.</summary>
internal sealed record ArrayTraversal(int Start, int End) : Traversal(Start, End);

/// <summary><c>{…}</c>.</summary>
internal sealed record ProjectionTraversal(ObjectExpression Object, int Start, int End) : Traversal(Start, End);

/// <summary><c>.(…)</c>, which only selectors have.</summary>
internal sealed record SelectorTraversal(GroupExpression Group, int Start, int End) : Traversal(Start, End);
