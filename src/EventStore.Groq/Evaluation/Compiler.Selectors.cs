using EventStore.Groq.Functions;
using EventStore.Groq.Syntax;
using EventStore.Groq.Values;

namespace EventStore.Groq.Evaluation;

// Selectors: the subset of expressions that name places.
internal sealed partial class Compiler
{
    public Selector CompileSelector(Expression expression)
    {
        switch (expression)
        {
            case AttributeExpression attribute:
                return new AttributeSelector(Value.Of(attribute.Name));
            case GroupExpression group:
                return new TupleSelector(Array.ConvertAll(group.Members, CompileSelector));
            case CallExpression { Name: "anywhere", Namespace: null or "global" } call:
                FunctionTable.Find(call).CheckArity(call);
                return new AnywhereSelector(CompileNested(call.Arguments[0]));
            case TraversalExpression traversal:
                Selector selector = CompileSelector(traversal.Base);
                foreach (Traversal step in traversal.Chain)
                {
                    selector = new NestedSelector(selector, CompileSelectorStep(step));
                }
                return selector;
            default:
                throw new GroqParseException("expected a selector", expression.Start, expression.End);
        }
    }

    private Selector CompileSelectorStep(Traversal step)
    {
        switch (step)
        {
            case AttributeTraversal attribute:
                return new AttributeSelector(Value.Of(attribute.Name));
            case ArrayTraversal:
                return new ElementSelector(null);
            case SelectorTraversal nested:
                return CompileSelector(nested.Group);
            case BracketTraversal bracket:
                if (!TryConstant(bracket.Expression, out Value value) || !(value.IsString || value.IsNumber))
                {
                    return new ElementSelector(CompileNested(bracket.Expression));
                }
                if (value.IsString)
                {
                    return new AttributeSelector(Value.Utf8(value.ToUtf8().ToArray()));
                }
                break;
            default:
                break;
        }
        throw new GroqParseException("this is not allowed in a selector", step.Start, step.End);
    }
}
