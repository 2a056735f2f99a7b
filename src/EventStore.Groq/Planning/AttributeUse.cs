using EventStore.Groq.Syntax;

namespace EventStore.Groq.Planning;

/// <summary>Collects which attributes of a document some expressions look at.</summary>
internal sealed class AttributeUse
{
    private readonly HashSet<string> names = new(StringComparer.Ordinal);

    /// <summary>Whether the document is needed as a whole.</summary>
    public bool NeedsAll { get; set; }

    public IReadOnlyCollection<string>? Names => NeedsAll ? null : names;

    public void Add(string name) => names.Add(name);

    /// <summary>Adds what an expression uses in whose scope the document is the current value.</summary>
    public void Add(Expression expression) => Add(expression, 0);

    private void Add(Expression expression, int opened)
    {
        switch (expression)
        {
            case AttributeExpression attribute when opened == 0:
                names.Add(attribute.Name);
                return;
            case ThisExpression when opened == 0:
                NeedsAll = true;
                return;
            case ParentExpression parent:
                NeedsAll |= parent.Level == opened;
                return;
            case TraversalExpression { Base: ThisExpression } traversal when opened == 0:
                AddFirst(traversal, opened);
                return;
            case TraversalExpression { Base: ParentExpression parent } traversal when parent.Level == opened:
                AddFirst(traversal, opened);
                return;
            case ObjectExpression fields when opened == 0
                && Array.Exists(fields.Entries, entry => entry is SplatEntry { Value: null }):
                NeedsAll = true;
                return;
            case CallExpression call when opened == 0 && Evaluation.ScopeAnalysis.UsesThis(call):
                NeedsAll = true;
                return;
            default:
                AddChildren(expression, opened);
                return;
        }
    }

    private void AddFirst(TraversalExpression traversal, int opened)
    {
        if (traversal.Chain[0] is AttributeTraversal attribute)
        {
            names.Add(attribute.Name);
        }
        else
        {
            NeedsAll = true;
        }
        foreach ((Expression child, bool opens) in SyntaxChildren.Of(traversal).Skip(1))
        {
            Add(child, opened + (opens ? 1 : 0));
        }
    }

    private void AddChildren(Expression expression, int opened)
    {
        foreach ((Expression child, bool opens) in SyntaxChildren.Of(expression))
        {
            Add(child, opened + (opens ? 1 : 0));
        }
    }
}
