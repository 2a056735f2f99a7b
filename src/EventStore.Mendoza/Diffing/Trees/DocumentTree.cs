using EventStore.Mendoza.Diffing.Matching;
using EventStore.Mendoza.Diffing.Workspace;
using EventStore.Mendoza.Json;

namespace EventStore.Mendoza.Diffing.Trees;

/// <summary>
/// A document as a list of values that grows as it is looked into: its structure is mapped once, and a container's
/// children are listed from the map when somebody asks for them.
/// </summary>
internal readonly ref struct DocumentTree(ReadOnlySpan<byte> text, TreeStore store)
{
    private readonly TreeStore store = store;

    public ReadOnlySpan<byte> Text { get; } = text;

    /// <summary>Whether some keys may have another place in the order of UTF-16 units.</summary>
    public bool OrdersMayDiffer => store.HasUpper && store.HasAstral;

    /// <summary>Maps the structure of the whole document.</summary>
    /// <returns>False when it is not canonical JSON, as far as that shows here, or nested too deeply.</returns>
    public bool TryRead()
    {
        store.Start(Text.Length);
        if (Text.Length == 0)
        {
            return false;
        }
        bool isContainer = Text[0] is (byte)'{' or (byte)'[';
        store.Nodes.Add(default);
        store.Nodes.Add(new TreeNode(0, isContainer ? ~0 : Text.Length));
        store.Containers.Add(new TreeContainer(Text.Length, TreeContainer.Unlisted, TreeContainer.NotCounted));
        return isContainer ? Text[^1] - Text[0] == '}' - '{' && StructureMap.TryMap(Text, store) : IsScalar(Text);
    }

    public int Start(int node) => store.Nodes[node].Start;

    public int End(int node)
    {
        int link = store.Nodes[node].Link;
        return link >= 0 ? link : store.Containers[~link].End;
    }

    public int Length(int node) => End(node) - Start(node);

    public JsonKind Kind(int node) => JsonKinds.Of(Text[Start(node)]);

    public ReadOnlySpan<byte> Value(int node) => Text[Start(node)..End(node)];

    /// <summary>A string's text, escapes and all, without its quotes.</summary>
    public ReadOnlySpan<byte> Content(int node) => Text[(Start(node) + 1)..(End(node) - 1)];

    /// <summary>Whether the value is a field rather than an element or the root.</summary>
    public bool HasKey(int node) => node != TreeStore.Root && Start(node) != End(node - 1) + 1;

    /// <summary>Offset of the opening quote of the key that a field lies under.</summary>
    public int KeyStart(int node) => End(node - 1) + 1;

    /// <summary>The key that a field lies under, escapes and all, without its quotes.</summary>
    public ReadOnlySpan<byte> Key(int node) => Text[(KeyStart(node) + 1)..(Start(node) - 2)];

    /// <summary>Whether a container has no fields or elements.</summary>
    public bool IsEmpty(int node) => Length(node) == "[]".Length;

    /// <summary>How many fields or elements a container that is open has.</summary>
    public int Count(int node) => store.Containers[~store.Nodes[node].Link].Count;

    /// <summary>The node of the i-th field or element of a container that is open.</summary>
    public int Child(int node, int i) => store.Containers[~store.Nodes[node].Link].First + i;

    /// <summary>
    /// Lists the children of a container, unless they are listed. False when that would take too much memory.
    /// </summary>
    /// <exception cref="MendozaException">The container is not canonical JSON.</exception>
    public bool TryOpen(int node)
    {
        ref TreeContainer container = ref store.Containers[~store.Nodes[node].Link];
        return container.First >= 0 || (container.First == TreeContainer.Unlisted && TryList(node));
    }

    /// <summary>The commas between the elements of an array that cannot be listed.</summary>
    public ChildCommas Commas(int node) => new(store, Start(node), End(node));

    private bool TryList(int node)
    {
        int end = End(node);
        if (!new ChildList(Text, store).TryAdd(Start(node), end, out int first))
        {
            throw MalformedDocument.Exception();
        }
        int count = first < 0 ? TreeContainer.NotCounted : store.Nodes.Count - first;
        store.Containers[~store.Nodes[node].Link] = new TreeContainer(end, first, count);
        return first >= 0;
    }

    /// <summary>Position of the first field whose key is not below the given one.</summary>
    public int LowerBound(int node, ReadOnlySpan<byte> key, out bool found)
    {
        int low = 0;
        int high = Count(node);
        found = false;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            int comparison = JsonText.Compare(Key(Child(node, middle)), key);
            if (comparison < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
                found |= comparison == 0;
            }
        }
        return low;
    }

    /// <summary>A hash of the value's bytes, computed once.</summary>
    public uint Hash(int node)
    {
        ref uint hash = ref HashPlace(node);
        if (hash == 0)
        {
            hash = ValueHash.Compute(Value(node)) | 1;
        }
        return hash;
    }

    /// <summary>Takes the hash of an equal value for that of a value's bytes.</summary>
    public void ShareHash(int node, uint hash) => HashPlace(node) = hash;

    private ref uint HashPlace(int node)
    {
        int known = store.Hashes.Count;
        if (node >= known)
        {
            store.Hashes.Extend(store.Nodes.Count - known).Clear();
        }
        return ref store.Hashes[node];
    }

    private static bool IsScalar(ReadOnlySpan<byte> text) => text[0] switch
    {
        (byte)'"' => JsonScan.SkipString(text, 0, out bool escaped) == text.Length
            && (!escaped || JsonText.HasCanonicalEscapes(text[1..^1])),
        (byte)'n' => text.SequenceEqual("null"u8),
        (byte)'t' => text.SequenceEqual("true"u8),
        (byte)'f' => text.SequenceEqual("false"u8),
        _ => JsonNumber.Measure(text, out _) == text.Length,
    };
}
