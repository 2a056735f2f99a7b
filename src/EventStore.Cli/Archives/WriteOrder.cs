namespace EventStore.Cli.Archives;

/// <summary>
/// An order in which documents can be written, since a strong reference needs its target to be there.
/// </summary>
internal static class WriteOrder
{
    /// <summary>Targets before those that refer to them.</summary>
    /// <param name="documents">The documents.</param>
    /// <returns>
    /// The documents in an order that strong references allow; and those that refer to each other in a circle, or to
    /// one that does, for which there is none.
    /// </returns>
    public static (IReadOnlyList<ArchivedDocument> Ordered, IReadOnlyList<ArchivedDocument> Circular) Of(
        IReadOnlyList<ArchivedDocument> documents)
    {
        var waiting = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        var open = new int[documents.Count];
        for (var index = 0; index < documents.Count; index++)
        {
            open[index] = documents[index].Targets.Count;
            foreach (var target in documents[index].Targets)
            {
                if (!waiting.TryGetValue(target, out var referring))
                {
                    waiting.Add(target, referring = []);
                }

                referring.Add(index);
            }
        }

        var ready = new Queue<int>(Enumerable.Range(0, documents.Count).Where(index => open[index] == 0));
        var ordered = new List<ArchivedDocument>(documents.Count);
        while (ready.TryDequeue(out var index))
        {
            ordered.Add(documents[index]);
            foreach (var referring in waiting.GetValueOrDefault(documents[index].Id) ?? [])
            {
                if (--open[referring] == 0)
                {
                    ready.Enqueue(referring);
                }
            }
        }

        return (ordered, [.. documents.Where((_, index) => open[index] > 0)]);
    }
}
