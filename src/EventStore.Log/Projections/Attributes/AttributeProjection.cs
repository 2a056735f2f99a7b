using System.Text;
using System.Text.Json;

namespace EventStore.Log.Projections.Attributes;

/// <summary>
/// The entries of documents: a function of a document and of what is indexed. One pass over the document's text looks
/// for all paths at once. Not for several threads.
/// </summary>
public sealed class AttributeProjection
{
    private readonly List<Node> _nodes = [new()];
    private readonly IReadOnlyList<IndexedPath> _paths;
    private readonly bool _wantsReferences;
    private readonly bool[] _written;
    private readonly int[] _stack = new int[Limits.MutateBodyDepth + 2];
    private byte[] _text = new byte[1024];

    /// <param name="paths">What is indexed.</param>
    public AttributeProjection(IReadOnlyList<IndexedPath> paths)
    {
        _paths = paths;
        _written = new bool[paths.Count];
        for (var index = 0; index < paths.Count; index++)
        {
            if (paths[index].Number == AttributeKeys.References)
            {
                _wantsReferences = true;
            }
            else if (paths[index].Number != AttributeKeys.Existence)
            {
                AddNode(paths[index].Path, index);
            }
        }
    }

    /// <summary>Adds a document's entries.</summary>
    /// <param name="content">Canonical JSON; nothing is added for an empty one.</param>
    /// <param name="document">Its number.</param>
    /// <param name="id">Its id.</param>
    /// <param name="type">The number of its type.</param>
    /// <param name="entries">Receives them.</param>
    public void Add(ReadOnlySpan<byte> content, int document, string id, int type, AttributeEntries entries)
    {
        if (content.IsEmpty)
        {
            return;
        }

        Span<byte> key = stackalloc byte[
            AttributeKeys.PrefixLength + AttributeValues.MaxLength + Limits.DocumentIdLength];
        var place = new Place(document, Encoding.UTF8.GetBytes(id), type, entries, key);
        Array.Clear(_written);
        Walk(content, id, ref place);
        for (var index = 0; index < _paths.Count; index++)
        {
            if (_written[index] || _paths[index].Number == AttributeKeys.References || !_paths[index].Covers(id))
            {
                continue;
            }

            var value = place.Begin(_paths[index].Number, type);
            place.Finish(_paths[index].Number == AttributeKeys.Existence ? 0 : AttributeValues.WriteMissing(value));
        }
    }

    private void AddNode(AttributePath path, int index)
    {
        var node = 0;
        foreach (var name in path.Names)
        {
            var bytes = Encoding.UTF8.GetBytes(name);
            var child = _nodes[node].Children.FindIndex(known => known.Name.AsSpan().SequenceEqual(bytes));
            if (child < 0)
            {
                child = _nodes[node].Children.Count;
                _nodes[node].Children.Add((bytes, _nodes.Count));
                _nodes.Add(new());
            }

            node = _nodes[node].Children[child].Node;
        }

        _nodes[node].Path = index;
    }

    /// <summary>Goes through all values; where nothing is looked for inside of one, it is passed over.</summary>
    private void Walk(ReadOnlySpan<byte> content, string id, ref Place place)
    {
        var reader = new Utf8JsonReader(content, new JsonReaderOptions { MaxDepth = Limits.MutateBodyDepth });
        var refersThrough = _wantsReferences && IsCovered(AttributeKeys.References, id);
        const int nowhere = -1;
        var (node, isReference) = (nowhere, false);
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    node = Child(_stack[reader.CurrentDepth], ref reader);
                    isReference = refersThrough && reader.ValueTextEquals("_ref"u8);
                    break;
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    var isRoot = reader.CurrentDepth == 0;
                    Write(node, id, ref place, ref reader);
                    var inside = reader.TokenType == JsonTokenType.StartArray ? nowhere : isRoot ? 0 : node;
                    if (!isRoot && !refersThrough && (inside == nowhere || _nodes[inside].Children.Count == 0))
                    {
                        reader.Skip();
                    }
                    else
                    {
                        _stack[reader.CurrentDepth + 1] = inside;
                    }

                    (node, isReference) = (nowhere, false);
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    node = nowhere;
                    break;
                default:
                    Write(node, id, ref place, ref reader);
                    if (isReference && reader.TokenType == JsonTokenType.String)
                    {
                        var target = Text(ref reader);
                        place.Finish(AttributeValues.WriteText(
                            target, place.Begin(AttributeKeys.References, AttributeKeys.OtherTypes)));
                    }

                    (node, isReference) = (nowhere, false);
                    break;
            }
        }
    }

    private bool IsCovered(int number, string id) => _paths.First(path => path.Number == number).Covers(id);

    private int Child(int parent, ref Utf8JsonReader reader)
    {
        if (parent >= 0)
        {
            foreach (var (name, child) in _nodes[parent].Children)
            {
                if (reader.ValueTextEquals(name))
                {
                    return child;
                }
            }
        }

        return -1;
    }

    private void Write(int node, string id, ref Place place, ref Utf8JsonReader reader)
    {
        if (node < 0 || _nodes[node].Path is not { } index || !_paths[index].Covers(id))
        {
            return;
        }

        var value = place.Begin(_paths[index].Number, place.Type);
        place.Finish(reader.TokenType switch
        {
            JsonTokenType.Number => AttributeValues.WriteNumber(reader.GetDouble(), value),
            JsonTokenType.String => AttributeValues.WriteText(Text(ref reader), value),
            JsonTokenType.True or JsonTokenType.False =>
                AttributeValues.WriteBoolean(reader.TokenType == JsonTokenType.True, value),
            JsonTokenType.Null => AttributeValues.WriteMissing(value),
            _ => AttributeValues.WriteStructure(value),
        });
        _written[index] = true;
    }

    private ReadOnlySpan<byte> Text(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
        {
            return reader.ValueSpan;
        }

        if (_text.Length < reader.ValueSpan.Length)
        {
            _text = new byte[reader.ValueSpan.Length];
        }

        return _text.AsSpan(0, reader.CopyString(_text));
    }

    /// <summary>The document whose keys are being written, and the key under way.</summary>
    private ref struct Place(int document, byte[] id, int type, AttributeEntries entries, Span<byte> key)
    {
        private readonly Span<byte> _key = key;

        public readonly int Type => type;

        /// <summary>Starts a key; gives where its value goes.</summary>
        public readonly Span<byte> Begin(int path, int typeInKey) =>
            _key[AttributeKeys.WritePrefix(path, typeInKey, _key)..];

        public readonly void Finish(int valueLength)
        {
            var length = AttributeKeys.PrefixLength + valueLength;
            id.CopyTo(_key[length..]);
            entries.Add(document, _key[..(length + id.Length)]);
        }
    }

    private sealed class Node
    {
        public List<(byte[] Name, int Node)> Children { get; } = [];

        /// <summary>The path that ends here; null when paths only lead through.</summary>
        public int? Path { get; set; }
    }
}
