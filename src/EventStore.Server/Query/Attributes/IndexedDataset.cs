using System.Diagnostics.CodeAnalysis;
using EventStore.Groq;
using EventStore.Groq.Planning;
using EventStore.Log.Postgres.Attributes;
using EventStore.Server.Query.Datasets;

namespace EventStore.Server.Query.Attributes;

/// <summary>
/// Answers sources from the attribute index where that is better than reading the dataset as a whole. What it gives
/// holds every document that matters and may hold others: filters are evaluated all the same.
/// </summary>
/// <remarks>
/// Of a conjunction, one condition finds the candidates. That of the most promising kind is tried first; when it has
/// many, others are. The first few documents in an order come from the index of the order's path, if no condition has
/// few candidates of its own.
/// </remarks>
internal sealed class IndexedDataset(IndexReader reader, QueryTrace trace)
{
    private const int Attempts = 3;

    /// <summary>The documents for a source.</summary>
    /// <param name="source">What is asked for.</param>
    /// <param name="stored">How the query sees stored documents.</param>
    /// <param name="documents">The documents, by ascending id as the query sees it.</param>
    /// <returns>False when the dataset is to be read as a whole.</returns>
    public bool TryRead(
        GroqSource source, IStoredDocuments stored, [NotNullWhen(true)] out IEnumerable<GroqDocument>? documents)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            try
            {
                documents = Read(source, stored);
                return documents is not null;
            }
            catch (IndexChangedException changed) when (changed.Lags)
            {
                break;
            }
            catch (IndexChangedException)
            {
                // Something was completed or dropped at this moment.
            }
        }

        documents = null;
        return false;
    }

    /// <summary>Reads before the evaluation what <see cref="TryRead"/> will read first.</summary>
    public Task ForeseeAsync(GroqSource source, IStoredDocuments stored) => reader.ForeseeAsync(layout =>
    {
        var translation = new ConstraintAccess(layout, stored.HasOwnIds);
        var ways = translation.Find(source.Constraint);
        return FewRequests(ways).FirstOrDefault().Request
            ?? Ordered(source, stored, layout, translation)?.FirstRequest(source)
            ?? (ways.Count > 0 ? Request(ways[0], ServerLimits.IndexFirstCandidates) : null);
    });

    private static bool IsFull(AttributeAnswer answer, int most) => answer.Entries.Count > most;

    private IEnumerable<GroqDocument>? Read(GroqSource source, IStoredDocuments stored)
    {
        if (reader.Layout() is not { } layout)
        {
            return null;
        }

        var translation = new ConstraintAccess(layout, stored.HasOwnIds);
        var ways = translation.Find(source.Constraint);
        var ordered = Ordered(source, stored, layout, translation);
        reader.Ask(layout, translation.Asked);
        if (FindFew(layout, ways) is { } few)
        {
            return Take(source, stored, few.Way, few.Answer, layout, ways);
        }

        if (ordered?.Read(source) is { } first)
        {
            trace.Read(source, $"index: order of {ordered.Description}", ordered.Entries);
            return first;
        }

        if (ways.Count == 0)
        {
            return null;
        }

        var sample = Read(layout, ways[0], ServerLimits.IndexFirstCandidates);
        var most = Math.Min(ServerLimits.IndexCandidates, sample.Documents / ServerLimits.IndexCandidateShare);
        var answer = IsFull(sample, ServerLimits.IndexFirstCandidates) && most > ServerLimits.IndexFirstCandidates
            ? Read(layout, ways[0], most)
            : sample;
        return IsFull(answer, Math.Max(most, ServerLimits.IndexFirstCandidates))
            ? null
            : Take(source, stored, ways[0], answer, layout, ways);
    }

    private OrderedRead? Ordered(
        GroqSource source, IStoredDocuments stored, AttributeLayout layout, ConstraintAccess translation) =>
        source.IsExact && source.Limit is <= ServerLimits.IndexOrderedLimit
            ? new(reader, stored, layout, translation)
            : null;

    /// <summary>A condition that has few candidates, other than that of the type; null when there is none.</summary>
    private (IndexAccess Way, AttributeAnswer Answer)? FindFew(
        AttributeLayout layout, IReadOnlyList<IndexAccess> ways)
    {
        foreach (var (way, most, request) in FewRequests(ways))
        {
            var answer = reader.Read(layout, request);
            if (!IsFull(answer, most))
            {
                return (way, answer);
            }
        }

        return null;
    }

    /// <summary>What is read to find out whether a condition has few candidates, one after the other.</summary>
    private static IEnumerable<(IndexAccess Way, int Most, AttributeRequest Request)> FewRequests(
        IReadOnlyList<IndexAccess> ways)
    {
        foreach (var way in ways.Where(way => way.Kind != IndexAccessKind.Type).Take(ServerLimits.IndexConditionsTried))
        {
            if (way.Kind == IndexAccessKind.Equality)
            {
                // There is mostly one, and it comes along in the same round trip.
                var documents = ServerLimits.IndexFirstDocuments;
                yield return (way, documents, Request(way, documents) with { WithDocuments = true });
            }

            var candidates = ServerLimits.IndexFirstCandidates;
            yield return (way, candidates, Request(way, candidates));
        }
    }

    private AttributeAnswer Read(AttributeLayout layout, IndexAccess way, int most) =>
        reader.Read(layout, Request(way, most));

    private static AttributeRequest Request(IndexAccess way, int most) => new()
    {
        Ranges = way.Ranges,
        Limit = most + 1,
        TotalLimit = most + 1,
        TailLimit = ServerLimits.IndexTailDocuments,
    };

    private IEnumerable<GroqDocument> Take(
        GroqSource source,
        IStoredDocuments stored,
        IndexAccess way,
        AttributeAnswer answer,
        AttributeLayout layout,
        IReadOnlyList<IndexAccess> ways)
    {
        var found = answer.Entries.Select(candidate => candidate.Id.Value).ToHashSet(StringComparer.Ordinal);
        var tail = answer.Tail.Select(candidate => candidate.Id.Value).ToHashSet(StringComparer.Ordinal);
        var description = way.Description;
        foreach (var other in ways.Where(other => other != way && other.Kind < IndexAccessKind.Existence))
        {
            // As many as would be read for nothing are worth a look at the index.
            if (found.Count < ServerLimits.IndexIntersectedFrom)
            {
                break;
            }

            var more = Read(layout, other, found.Count * 2);
            if (!IsFull(more, found.Count * 2))
            {
                found.IntersectWith(more.Entries.Select(candidate => candidate.Id.Value));
                tail.UnionWith(more.Tail.Select(candidate => candidate.Id.Value));
                description += $" and {other.Description}";
            }
        }

        found.UnionWith(tail);
        var ids = found.Select(stored.ShownId).OfType<string>().ToHashSet(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal).ToList();
        trace.Read(source, $"index: {description}", ids.Count);
        return Enumerate(ids, stored);
    }

    private static IEnumerable<GroqDocument> Enumerate(IReadOnlyList<string> ids, IStoredDocuments stored)
    {
        foreach (var slice in ids.Chunk(ServerLimits.QueryLookupSlice))
        {
            foreach (var document in stored.FindAll(slice))
            {
                yield return document;
            }
        }
    }
}
