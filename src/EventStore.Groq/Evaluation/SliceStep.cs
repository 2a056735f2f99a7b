using EventStore.Groq.Values;

namespace EventStore.Groq.Evaluation;

/// <summary>
/// A part of an array. Bounds counted from the start are met while elements pass; bounds counted from the end need all
/// elements kept.
/// </summary>
internal sealed class SliceStep(long from, long behind) : ArrayStep
{
    /// <summary>Makes the bounds of a range ones that include the first and exclude the last.</summary>
    public static SliceStep Create(long from, long to, bool exclusive) =>
        new(from, exclusive ? to : to == -1 ? long.MaxValue : to + 1);

    /// <summary>How many elements from the start on can matter, or -1 when that depends on the end.</summary>
    public long Reach => from >= 0 && behind >= 0 ? behind : -1;

    public override Sink Attach(Sink next, Scope scope) => Reach >= 0
        ? new PassingSink(from, behind, next)
        : new KeepingSink(from, behind, next, scope.State);

    private sealed class PassingSink(long from, long behind, Sink next) : Sink
    {
        private long position;

        public override bool Keeps => next.Keeps;

        public override bool Add(in Value value)
        {
            long at = position++;
            if (at >= behind)
            {
                return false;
            }
            return at < from || (next.Add(value) && position < behind);
        }

        public override void Complete() => next.Complete();
    }

    private sealed class KeepingSink(long from, long behind, Sink next, EvaluationState state) : Sink
    {
        private readonly CollectSink kept = new(state);

        public override bool Add(in Value value) => kept.Add(value);

        public override void Complete()
        {
            Value[] items = kept.ToArray().Items;
            long first = Math.Max(0, from < 0 ? from + items.Length : from);
            long last = Math.Min(items.Length, behind < 0 ? behind + items.Length : behind);
            for (long i = first; i < last && next.Add(items[i]); i++)
            {
            }
            next.Complete();
        }
    }
}
