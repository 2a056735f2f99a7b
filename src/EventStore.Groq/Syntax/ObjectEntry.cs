namespace EventStore.Groq.Syntax;

/// <summary>One entry of an object literal or projection.</summary>
internal abstract record ObjectEntry;

/// <summary><c>"name": value</c>, or an expression that names itself.</summary>
internal sealed record NamedEntry(string Name, Expression Value) : ObjectEntry;

/// <summary><c>...</c> or <c>...value</c>.</summary>
internal sealed record SplatEntry(Expression? Value) : ObjectEntry;

/// <summary><c>condition => value</c>: a splat that applies only when the condition holds.</summary>
internal sealed record ConditionalEntry(Expression Condition, Expression Value) : ObjectEntry;
