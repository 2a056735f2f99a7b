using System.Text;
using EventStore.Groq;
using EventStore.Groq.Planning;
using EventStore.Log.Documents;

namespace EventStore.Server.Query.Datasets;

/// <summary>
/// Fetches references together that a query will follow one by one. When a document that is being read is asked for one
/// of its references, the documents after it will be asked for those in the same attribute.
/// </summary>
/// <param name="dataset">Where documents come from.</param>
internal sealed class ReferenceAhead(IGroqDataset dataset) : IGroqDataset
{
    /// <summary>Documents that are read ahead.</summary>
    private const int WindowDocuments = 100;

    /// <summary>Ids that are remembered as fetched.</summary>
    private const int MostKnown = 100_000;

    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private Window? _window;

    /// <inheritdoc/>
    public IEnumerable<GroqDocument> Read(GroqSource source)
    {
        foreach (var documents in dataset.Read(source).Chunk(WindowDocuments))
        {
            var window = new Window(documents);
            for (; window.Position < documents.Length; window.Position++)
            {
                _window = window;
                yield return documents[window.Position];
            }
        }
    }

    /// <inheritdoc/>
    public GroqDocument? Find(string id)
    {
        if (_window is { } window && !_known.Contains(id))
        {
            var ids = window.References(id);
            if (ids.Count > 1)
            {
                Prefetch(ids);
            }
        }

        return dataset.Find(id);
    }

    /// <inheritdoc/>
    public void Prefetch(IReadOnlyCollection<string> ids)
    {
        if (_known.Count > MostKnown)
        {
            _known.Clear();
        }

        _known.UnionWith(ids);
        dataset.Prefetch(ids);
    }

    /// <summary>Documents that follow each other, and the one that the query has come to.</summary>
    private sealed class Window(GroqDocument[] documents)
    {
        private static readonly byte[] Reference = "\"_ref\":\""u8.ToArray();

        public int Position { get; set; }

        /// <summary>
        /// The references from here on that are where the current document has this one; none when it has it nowhere.
        /// </summary>
        public HashSet<string> References(string id)
        {
            var found = new HashSet<string>(StringComparer.Ordinal);
            if (Position >= documents.Length || Attribute(documents[Position].Json.Span, id) is not { } attribute)
            {
                return found;
            }

            var key = Encoding.UTF8.GetBytes(attribute);
            for (var index = Position; index < documents.Length && found.Count < ServerLimits.QueryLookupSlice; index++)
            {
                if (DocumentContent.TryReadValue(documents[index].Json.Span, key, out var value))
                {
                    Collect(value, found);
                }
            }

            return found;
        }

        private static string? Attribute(ReadOnlySpan<byte> document, string id)
        {
            var wanted = Encoding.UTF8.GetBytes($"\"_ref\":\"{id}\"");
            if (document.IndexOf(wanted) < 0)
            {
                return null;
            }

            foreach (var (key, range) in DocumentContent.Members(document))
            {
                if (document[range].IndexOf(wanted) >= 0)
                {
                    return key;
                }
            }

            return null;
        }

        private static void Collect(ReadOnlySpan<byte> value, HashSet<string> found)
        {
            while (value.IndexOf(Reference) is >= 0 and var start)
            {
                value = value[(start + Reference.Length)..];
                var length = value.IndexOf((byte)'"');
                if (length is <= 0 or > Log.Limits.DocumentIdLength || found.Count >= ServerLimits.QueryLookupSlice)
                {
                    return;
                }

                found.Add(Encoding.UTF8.GetString(value[..length]));
            }
        }
    }
}
