using EventStore.Groq.Syntax;

namespace EventStore.Groq.Evaluation;

/// <summary>What an expression refers to outside of itself.</summary>
internal static class ScopeAnalysis
{
    private static readonly HashSet<string> UseThis = new(StringComparer.Ordinal)
    {
        "references", "global::references", "sanity::versionOf", "sanity::partOfRelease",
        "documents::incomingGlobalDocumentReferenceCount", "documents::incomingRefCount",
    };

    /// <summary>Whether an expression reads documents and gives the same in every scope.</summary>
    public static bool IsSubquery(Expression expression, CustomFunction? body) =>
        expression is TraversalExpression or PipeExpression or CallExpression
        && ReadsDataset(expression) && !DependsOnScope(expression, body);

    /// <summary>
    /// Whether the expression's value can differ between scopes; in a function's body its parameters make it so.
    /// </summary>
    public static bool DependsOnScope(Expression expression, CustomFunction? body) => Depends(expression, 0, body);

    /// <summary>Whether a function looks at the current value without being given it.</summary>
    public static bool UsesThis(CallExpression call) => UseThis.Contains(call.FullName);

    /// <summary>Whether the expression depends on the current value itself, as opposed to those around it.</summary>
    public static bool DependsOnThis(Expression expression) => Refers(expression, 0);

    private static bool Refers(Expression expression, int opened) => expression switch
    {
        ThisExpression or AttributeExpression => opened == 0,
        ParentExpression parent => parent.Level == opened,
        ObjectExpression fields when opened == 0 && Array.Exists(
            fields.Entries, entry => entry is SplatEntry { Value: null }) => true,
        CallExpression call when opened == 0 && UsesThis(call) => true,
        _ => SyntaxChildren.Of(expression).Any(
            child => Refers(child.Expression, opened + (child.Opens ? 1 : 0))),
    };

    public static bool ReadsDataset(Expression expression) =>
        expression is EverythingExpression or CallExpression { FullName: "releases::all" }
        || SyntaxChildren.Of(expression).Any(child => ReadsDataset(child.Expression));

    private static bool Depends(Expression expression, int opened, CustomFunction? body) => expression switch
    {
        ThisExpression or AttributeExpression => opened == 0,
        ParentExpression parent => parent.Level >= opened,
        ParameterExpression parameter => body?.IndexOf(parameter.Name) >= 0,
        ObjectExpression fields when opened == 0 && Array.Exists(
            fields.Entries, entry => entry is SplatEntry { Value: null }) => true,
        CallExpression call when opened == 0 && UseThis.Contains(call.FullName) => true,
        _ => SyntaxChildren.Of(expression).Any(
            child => Depends(child.Expression, opened + (child.Opens ? 1 : 0), body)),
    };
}
