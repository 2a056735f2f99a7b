using System.Buffers;
using EventStore.Log.Documents;

namespace EventStore.Server.Collections.Fields;

/// <summary>Reduces documents to selected fields. What is left of a document is canonical JSON again.</summary>
internal sealed class FieldSelection
{
    private readonly Node _root = new([], []);

    public FieldSelection(IReadOnlyList<FieldPath> paths)
    {
        Paths = paths;
        foreach (var path in paths)
        {
            Add(path);
        }

        Sort(_root);
    }

    /// <summary>The fields, in the order they were asked for.</summary>
    public IReadOnlyList<FieldPath> Paths { get; }

    /// <summary>Writes what is selected of a document; an empty object when nothing is.</summary>
    public void Write(ReadOnlySpan<byte> document, IBufferWriter<byte> output) => WriteObject(_root, document, output);

    private static void WriteObject(Node node, ReadOnlySpan<byte> value, IBufferWriter<byte> output)
    {
        output.Write("{"u8);
        var isFirst = true;
        foreach (var child in node.Children)
        {
            // The aliased id goes to another place than it comes from, so a look-up for each rather than a merge.
            if (DocumentContent.TryReadValue(value, child.Key, out var found) && IsSelected(child, found))
            {
                output.Write(isFirst ? "\""u8 : ",\""u8);
                output.Write(child.Name);
                output.Write("\":"u8);
                WriteValue(child, found, output);
                isFirst = false;
            }
        }

        output.Write("}"u8);
    }

    private static void WriteValue(Node node, ReadOnlySpan<byte> value, IBufferWriter<byte> output)
    {
        if (node.Children.Count == 0)
        {
            output.Write(value);
            return;
        }

        if (value[0] == '{')
        {
            WriteObject(node, value, output);
            return;
        }

        output.Write("["u8);
        var isFirst = true;
        var elements = new ElementReader(value);
        while (elements.Read())
        {
            var element = value[elements.Start..elements.End];
            output.Write(isFirst ? ""u8 : ","u8);
            if (element[0] is (byte)'{' or (byte)'[')
            {
                WriteValue(node, element, output);
            }
            else
            {
                // What has no fields keeps its place.
                output.Write("null"u8);
            }

            isFirst = false;
        }

        output.Write("]"u8);
    }

    private static bool IsSelected(Node node, ReadOnlySpan<byte> value) =>
        node.Children.Count == 0 || value[0] is (byte)'{' or (byte)'[';

    private void Add(FieldPath path)
    {
        var node = _root;
        for (var depth = 0; depth < path.Keys.Length; depth++)
        {
            var name = path.IsIdAlias ? CanonicalString.Encode(FieldPath.IdAlias) : path.Keys[depth];
            var child = node.Children.Find(known => known.Name.AsSpan().SequenceEqual(name));
            if (child is { Children.Count: 0 })
            {
                // The whole of it is selected already.
                return;
            }

            if (child is null)
            {
                child = new(path.Keys[depth], name);
                node.Children.Add(child);
            }

            if (depth == path.Keys.Length - 1)
            {
                child.Children.Clear();
            }

            node = child;
        }
    }

    private static void Sort(Node node)
    {
        node.Children.Sort(static (one, other) => CanonicalString.Compare(one.Name, other.Name));
        node.Children.ForEach(Sort);
    }

    /// <param name="Key">The key in the document.</param>
    /// <param name="Name">The key in what is written.</param>
    private sealed record Node(byte[] Key, byte[] Name)
    {
        /// <summary>What is selected within; empty for all of it.</summary>
        public List<Node> Children { get; } = [];
    }
}
