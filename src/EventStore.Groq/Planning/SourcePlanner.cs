using EventStore.Groq.Evaluation;
using EventStore.Groq.Syntax;
using EventStore.Groq.Values;

namespace EventStore.Groq.Planning;

/// <summary>
/// Follows the documents of a <c>*</c> through filters, order and slice, as long as they are documents.
/// </summary>
internal sealed class SourcePlanner
{
    private readonly Compiler compiler;
    private readonly ConstraintExtractor extractor;
    private readonly List<ConstraintPart> parts = [];
    private readonly List<GroqOrderKey> order = [];
    private readonly AttributeUse attributes = new();
    private long? limit;
    private bool isOrdered;
    private bool canLimit = true;
    private bool isOpen = true;

    private SourcePlanner(Compiler compiler)
    {
        this.compiler = compiler;
        extractor = new ConstraintExtractor(compiler);
    }

    /// <summary>The <c>*</c> that an expression starts from, if it starts from one.</summary>
    public static EverythingExpression? Origin(Expression expression)
    {
        while (true)
        {
            switch (expression)
            {
                case EverythingExpression everything:
                    return everything;
                case TraversalExpression traversal:
                    expression = traversal.Base;
                    continue;
                case PipeExpression pipe:
                    expression = pipe.Base;
                    continue;
                case GroupExpression { IsTuple: false } group:
                    expression = group.Members[0];
                    continue;
                default:
                    return null;
            }
        }
    }

    /// <summary>Plans the <c>*</c> that an expression starts from.</summary>
    public static SourcePlan Plan(Expression expression, Compiler compiler)
    {
        var planner = new SourcePlanner(compiler);
        planner.Follow(expression);
        return planner.Finish();
    }

    private void Follow(Expression expression)
    {
        switch (expression)
        {
            case TraversalExpression traversal:
                Follow(traversal.Base);
                foreach (Traversal step in traversal.Chain)
                {
                    if (isOpen)
                    {
                        Take(step);
                    }
                }
                break;
            case PipeExpression pipe:
                Follow(pipe.Base);
                if (isOpen)
                {
                    Take(pipe.Call);
                }
                break;
            case GroupExpression group:
                Follow(group.Members[0]);
                break;
            default:
                break;
        }
    }

    private void Take(Traversal step)
    {
        switch (step)
        {
            case ArrayTraversal:
                break;
            case BracketTraversal bracket when !compiler.TryConstant(bracket.Expression, out Value value)
                || !(value.IsNumber || value.IsString):
                attributes.Add(bracket.Expression);
                if (limit is null)
                {
                    // A filter behind an order keeps it; a filter behind a slice no longer says what to read.
                    parts.Add(extractor.Extract(bracket.Expression));
                }
                break;
            case SliceTraversal or BracketTraversal:
                long reach = compiler.Reach([step]);
                limit ??= canLimit && reach >= 0 ? reach : null;
                canLimit = false;
                // What follows an element works on one document, what follows a slice on documents still.
                if (step is BracketTraversal)
                {
                    CloseWithAll();
                }
                break;
            case ProjectionTraversal projection:
                attributes.Add(projection.Object);
                isOpen = false;
                break;
            case AttributeTraversal attribute:
                attributes.Add(attribute.Name);
                isOpen = false;
                break;
            default:
                CloseWithAll();
                break;
        }
    }

    private void Take(CallExpression call)
    {
        foreach (Expression argument in call.Arguments)
        {
            attributes.Add(argument);
        }
        if (call.Name != "order" || limit is not null || isOrdered)
        {
            canLimit = false;
            attributes.NeedsAll |= call.Name != "order";
            return;
        }
        isOrdered = true;
        foreach (Expression argument in call.Arguments)
        {
            (Expression key, bool descending) = argument is DirectionExpression direction
                ? (direction.Operand, direction.IsDescending)
                : (argument, false);
            if (!ConstraintExtractor.TryPath(key, out GroqPath? path))
            {
                order.Clear();
                canLimit = false;
                return;
            }
            order.Add(new GroqOrderKey(path!, descending));
        }
    }

    private void CloseWithAll()
    {
        attributes.NeedsAll = true;
        isOpen = false;
    }

    private SourcePlan Finish()
    {
        // Documents that come out as they are are needed whole.
        attributes.NeedsAll |= isOpen;
        ConstraintPart constraint = ConstraintExtractor.Combine(isAnd: true, [.. parts]);
        var template = new GroqSource
        {
            IsExact = constraint.IsExact,
            Order = order,
            Limit = constraint.IsExact ? limit : null,
            Attributes = attributes.Names,
            IsDynamic = constraint.IsDynamic,
        };
        return new SourcePlan(template, constraint);
    }
}
