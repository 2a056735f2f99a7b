using EventStore.Log.Mutations.Patches;
using EventStore.Log.Mutations.Values;

namespace EventStore.Log.Mutations.Paths;

/// <summary>
/// Applies one operation wherever its path leads. Values are edited from the leaves up, so what an operation puts in is
/// never searched by the same operation.
/// </summary>
internal sealed class PathWalk(PatchOperation operation, WorkBudget budget)
{
    private readonly CompiledPath _path = operation.Path;
    private int _matches;

    /// <summary>The document after the operation; the same value when nothing changed.</summary>
    public JsonValue Apply(JsonValue document)
    {
        var start = NewSet();
        start.Add(_path.Start);
        return Visit(document, start);
    }

    private JsonValue Visit(JsonValue value, StateSet entering)
    {
        budget.Charge(1 + value.OpeningWork);
        var plan = new Plan();
        Expand(value, entering, plan);
        var result = value.Kind == JsonKind.Array ? VisitElements(value, plan) : VisitMembers(value, plan);
        return plan.Targets.IsEmpty ? result : operation.ApplyTo(result, plan.Targets, budget);
    }

    /// <summary>Takes all steps that this value allows, those that stay at the value included.</summary>
    private void Expand(JsonValue value, StateSet pending, Plan plan)
    {
        var seen = NewSet();
        while (pending.TryTake(out var number))
        {
            if (!seen.Add(number))
            {
                continue;
            }

            budget.Charge(1);
            var state = _path.States[number];
            switch (state.Step)
            {
                case PathStep.Descent:
                    (plan.Everywhere ??= NewSet()).Add(number);
                    pending.Add(state.Next);
                    break;
                case PathStep.Attribute when value.Kind != JsonKind.Array:
                    ExpandAttribute(value, state, plan);
                    break;
                case PathStep.Filter filter when value.Kind != JsonKind.Array:
                    if (!filter.Test.Passes(value))
                    {
                        break;
                    }

                    if (state.Next.Length == 0)
                    {
                        CountMatches(1);
                        plan.Targets.IncludesSelf = true;
                    }

                    pending.Add(state.Next);
                    break;
                default:
                    if (value.Kind == JsonKind.Array)
                    {
                        ExpandElements(value.Items, state, plan);
                    }

                    break;
            }
        }
    }

    private void ExpandAttribute(JsonValue value, PathState state, Plan plan)
    {
        if (state.ExistingOnly && (value.Kind != JsonKind.Object || value.Find(state.Key) is null))
        {
            return;
        }

        if (state.Next.Length == 0)
        {
            CountMatches(1);
            plan.Targets.Add(state.Key);
            return;
        }

        plan.Member(state.Key, NewSet).Add(state.Next);
    }

    private void ExpandElements(JsonValue[] items, PathState state, Plan plan)
    {
        switch (state.Step)
        {
            case PathStep.Index index:
                Select(ElementRange.Single(FromEnd(index.Position, items.Length)));
                break;
            case PathStep.Slice slice:
                var start = FromPastEnd(slice.Start ?? 0, items.Length);
                var end = FromPastEnd(slice.End ?? items.Length, items.Length);
                Select(new ElementRange(start, end, IsSlice: true));
                break;
            case PathStep.Every:
                Select(new ElementRange(0, items.Length, IsSlice: true));
                break;
            case PathStep.Filter filter:
                for (var index = 0; index < items.Length; index++)
                {
                    budget.Charge(1 + items[index].OpeningWork);
                    if (filter.Test.Passes(items[index]))
                    {
                        Select(ElementRange.Single(index));
                    }
                }

                break;
        }

        void Select(ElementRange range)
        {
            var (first, last) = (Math.Max(range.Start, 0), Math.Min(range.End, items.Length));
            CountMatches(Math.Max(0, last - first));
            if (state.Next.Length == 0)
            {
                plan.Targets.Add(range);
                return;
            }

            for (var index = first; index < last; index++)
            {
                plan.Element(index, NewSet).Add(state.Next);
            }
        }
    }

    private JsonValue VisitElements(JsonValue array, Plan plan)
    {
        var items = array.Items;
        JsonValue[]? edited = null;
        var visited = plan.Everywhere is null ? plan.ElementIndexes : Enumerable.Range(0, items.Length);
        foreach (var index in visited)
        {
            var child = Visit(items[index], ChildSet(plan.FindElement(index), plan.Everywhere));
            if (!ReferenceEquals(child, items[index]))
            {
                edited ??= CopyOf(items);
                edited[index] = child;
            }
        }

        return edited is null ? array : JsonValue.FromItems(edited);
    }

    private JsonValue VisitMembers(JsonValue value, Plan plan)
    {
        var result = value;
        foreach (var (key, states) in plan.Members)
        {
            if (result.Kind != JsonKind.Object)
            {
                if (!operation.CreatesMissing)
                {
                    continue;
                }

                result = JsonValue.EmptyObject;
            }

            var child = result.Find(key);
            if (child is null && !operation.CreatesMissing)
            {
                continue;
            }

            var edited = Visit(child ?? JsonValue.EmptyObject, ChildSet(states, plan.Everywhere));
            budget.Charge(result.Members.Length);
            result = ReferenceEquals(edited, child) ? result : result.With(key, edited);
        }

        return plan.Everywhere is null || value.Kind != JsonKind.Object ? result : VisitOthers(value, result, plan);
    }

    /// <summary>Takes a descent into the members that no attribute step leads to.</summary>
    private JsonValue VisitOthers(JsonValue value, JsonValue result, Plan plan)
    {
        JsonMember[]? edited = null;
        var members = result.Members;
        for (var index = 0; index < members.Length; index++)
        {
            var key = members[index].Key;
            if (plan.LeadsTo(key.Span) || value.Find(key.Span) is null)
            {
                continue;
            }

            var child = Visit(members[index].Value, ChildSet(null, plan.Everywhere));
            if (!ReferenceEquals(child, members[index].Value))
            {
                edited ??= (JsonMember[])members.Clone();
                edited[index] = new JsonMember(key, child);
            }
        }

        return edited is null ? result : JsonValue.FromMembers(edited);
    }

    private JsonValue[] CopyOf(JsonValue[] items)
    {
        budget.Charge(items.Length);
        return (JsonValue[])items.Clone();
    }

    // Expanding empties the set it is given, so every child gets its own.
    private StateSet ChildSet(StateSet? own, StateSet? everywhere)
    {
        if (own is null || everywhere is not null)
        {
            var joined = NewSet();
            joined.Add(own ?? joined);
            joined.Add(everywhere ?? joined);
            return joined;
        }

        return own;
    }

    private void CountMatches(int count)
    {
        _matches += count;
        if (_matches > Limits.PathMatches)
        {
            throw MutationRejection.Invalid($"The path selects more than {Limits.PathMatches} values", _path.Text);
        }
    }

    private StateSet NewSet() => new(_path.States.Count);

    private static int FromEnd(int position, int length) => position < 0 ? position + length : position;

    /// <summary>
    /// Bounds lie between elements: the client sends "to the very end" as -1 (wire contract, section 2.2).
    /// </summary>
    private static int FromPastEnd(int bound, int length) => bound < 0 ? bound + length + 1 : bound;

    /// <summary>Where the steps from one value lead.</summary>
    private sealed class Plan
    {
        private readonly List<(byte[] Key, StateSet States)> _members = [];
        private SortedDictionary<int, StateSet>? _elements;

        public PathTargets Targets { get; } = new();

        /// <summary>The descents, which enter every child.</summary>
        public StateSet? Everywhere { get; set; }

        public IReadOnlyList<(byte[] Key, StateSet States)> Members => _members;

        public IEnumerable<int> ElementIndexes => _elements is null ? [] : _elements.Keys;

        public bool LeadsTo(ReadOnlySpan<byte> key)
        {
            foreach (var (known, _) in _members)
            {
                if (known.AsSpan().SequenceEqual(key))
                {
                    return true;
                }
            }

            return false;
        }

        public StateSet Member(byte[] key, Func<StateSet> create)
        {
            foreach (var (known, states) in _members)
            {
                if (known.AsSpan().SequenceEqual(key))
                {
                    return states;
                }
            }

            var added = create();
            _members.Add((key, added));
            return added;
        }

        public StateSet Element(int index, Func<StateSet> create)
        {
            _elements ??= [];
            if (!_elements.TryGetValue(index, out var states))
            {
                states = create();
                _elements.Add(index, states);
            }

            return states;
        }

        public StateSet? FindElement(int index) =>
            _elements is not null && _elements.TryGetValue(index, out var states) ? states : null;
    }
}
