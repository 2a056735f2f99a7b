using System.Text;
using EventStore.Groq.Syntax;
using EventStore.Groq.Values;

namespace EventStore.Groq.Evaluation;

// Traversal chains: which of them work on arrays is known without looking at data (spec, Traversal execution).
internal sealed partial class Compiler
{
    /// <summary>The four types of traversal.</summary>
    private enum StepType
    {
        Plain,
        Array,
        ArraySource,
        ArrayTarget,
    }

    private TraversalNode CompileTraversal(TraversalExpression traversal)
    {
        Node source = Compile(traversal.Base);
        if (source is OrderNode order && Reach(traversal.Chain) is long reach and >= 0)
        {
            source = order.Bounded(reach);
        }
        (Step step, StepType type)? chain = null;
        for (int i = traversal.Chain.Length - 1; i >= 0; i--)
        {
            chain = Combine(traversal.Chain[i], chain);
        }
        (Step step, StepType type) = chain!.Value;
        if (traversal.Base is EverythingExpression or ArrayExpression or PipeExpression)
        {
            step = type switch
            {
                StepType.Plain => new MapStep(new PostfixStep(), step),
                StepType.ArrayTarget => new FlatMapStep(new PostfixStep(), step),
                _ => step,
            };
        }
        return new TraversalNode(source, step);
    }

    /// <summary>How many elements from the start a chain can look at; -1 if there is no telling.</summary>
    public long Reach(Traversal[] chain)
    {
        int at = Array.FindIndex(chain, traversal => traversal is not (ProjectionTraversal or ArrayTraversal));
        if (at < 0)
        {
            return -1;
        }
        switch (chain[at])
        {
            case SliceTraversal slice:
                return CompileSlice(slice).Reach;
            case BracketTraversal bracket when TryConstant(bracket.Expression, out Value value) && value.IsNumber:
                long index = Integer(value, bracket.Expression);
                return index >= 0 ? index + 1 : -1;
            default:
                return -1;
        }
    }

    private (Step Step, StepType Type) Combine(Traversal head, (Step Step, StepType Type)? rest)
    {
        switch (head)
        {
            case AttributeTraversal attribute:
                return CombinePlain(new AttributeStep(Encoding.UTF8.GetBytes(attribute.Name)), rest);
            case DereferenceTraversal:
                FollowsReferences = true;
                return CombinePlain(new DereferenceStep(), rest);
            case ProjectionTraversal projection:
                return CombineProjection(new ProjectionStep(CompileNested(projection.Object)), rest);
            case ArrayTraversal:
                return CombineArray(new PostfixStep(), rest);
            case SliceTraversal slice:
                return CombineArray(CompileSlice(slice), rest);
            case BracketTraversal bracket:
                return CombineBracket(bracket, rest);
            default:
                throw new GroqParseException("'.(' is only allowed in a selector", head.Start, head.End);
        }
    }

    private (Step Step, StepType Type) CombineBracket(BracketTraversal bracket, (Step Step, StepType Type)? rest)
    {
        if (TryConstant(bracket.Expression, out Value value))
        {
            if (value.IsString)
            {
                return CombinePlain(new AttributeStep(value.ToUtf8().ToArray()), rest);
            }
            if (value.IsNumber)
            {
                var element = new ElementStep(null, Integer(value, bracket.Expression), rest?.Step);
                return (element, rest?.Type is StepType.Array or StepType.ArrayTarget
                    ? StepType.Array
                    : StepType.ArraySource);
            }
        }
        return CombineArray(new FilterStep(CompileNested(bracket.Expression)), rest);
    }

    private static (Step Step, StepType Type) CombinePlain(Step head, (Step Step, StepType Type)? rest)
    {
        if (rest is not { } next)
        {
            return (head, StepType.Plain);
        }
        return (new JoinStep(head, next.Step), next.Type is StepType.Array or StepType.ArrayTarget
            ? StepType.ArrayTarget
            : StepType.Plain);
    }

    private static (Step Step, StepType Type) CombineProjection(
        ProjectionStep head, (Step Step, StepType Type)? rest) => rest switch
        {
            null => (head, StepType.Plain),
            { Step: ElementStep element, Type: var type } => (element.BehindProjection(head), type),
            { Type: StepType.Array } next => (new InnerMapStep(head, next.Step), StepType.Array),
            { } next => (new JoinStep(head, next.Step), next.Type),
        };

    private static (Step Step, StepType Type) CombineArray(Step head, (Step Step, StepType Type)? rest) => rest switch
    {
        null => (head, StepType.Array),
        { Step: ElementStep element, Type: var type } => (element.Behind(head), type),
        { Type: StepType.Plain } next => (new MapStep(head, next.Step), StepType.Array),
        { Type: StepType.ArrayTarget } next => (new FlatMapStep(head, next.Step), StepType.Array),
        { } next => (new ArrayJoinStep(head, next.Step), StepType.Array),
    };

    private SliceStep CompileSlice(SliceTraversal slice) => SliceStep.Create(
        Bound(slice.Range.From), Bound(slice.Range.To), slice.Range.IsExclusive);

    private long Bound(Expression expression) => TryConstant(expression, out Value value)
        ? Integer(value, expression)
        : throw new GroqParseException("slices need constant numbers", expression.Start, expression.End);

    private static long Integer(in Value value, Expression expression)
    {
        double number = value.IsNumber ? value.ToDouble() : double.NaN;
        return number == Math.Truncate(number)
            ? (long)Math.Clamp(number, int.MinValue, int.MaxValue)
            : throw new GroqParseException("an index must be an integer", expression.Start, expression.End);
    }
}
