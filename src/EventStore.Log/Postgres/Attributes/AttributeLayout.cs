using EventStore.Log.Projections.Attributes;

namespace EventStore.Log.Postgres.Attributes;

/// <summary>What is indexed of a dataset, and the numbers that stand for it in keys.</summary>
public sealed class AttributeLayout
{
    private readonly Dictionary<string, int> _types;
    private readonly Dictionary<AttributePath, IndexedPath> _paths;

    internal AttributeLayout(
        AttributeState state, Dictionary<string, int> types, IReadOnlyList<IndexedPath> paths, IReadOnlyList<int> dropped)
    {
        State = state;
        _types = types;
        Paths = paths;
        Dropped = dropped;
        _paths = paths.Where(path => path.Number >= AttributeKeys.FirstPath).ToDictionary(path => path.Path);
    }

    /// <summary>The numbers of all types, that of the types without one first.</summary>
    public IEnumerable<int> TypeNumbers => _types.Values.Prepend(AttributeKeys.OtherTypes);

    /// <summary>How many types are told apart.</summary>
    public int Types => _types.Count;

    internal AttributeState State { get; }

    /// <summary>All paths, those under way too.</summary>
    public IReadOnlyList<IndexedPath> Paths { get; }

    /// <summary>Paths whose entries have yet to be deleted.</summary>
    internal IReadOnlyList<int> Dropped { get; }

    /// <summary>Whether the documents' existence is indexed, without which there is nothing to ask for.</summary>
    public bool IsUsable => State.Format == AttributeKeys.Format && IsComplete(AttributeKeys.Existence);

    /// <summary>The number of a type; <see cref="AttributeKeys.OtherTypes"/> when it has none of its own.</summary>
    public int TypeNumber(string type) => _types.GetValueOrDefault(type, AttributeKeys.OtherTypes);

    /// <summary>The number of a path that can be used; null when it is not indexed, or not yet.</summary>
    public int? PathNumber(AttributePath path) =>
        _paths.GetValueOrDefault(path) is { IsComplete: true } found ? found.Number : null;

    /// <summary>Whether a path is indexed, or on the way.</summary>
    public bool Knows(AttributePath path) => _paths.ContainsKey(path);

    /// <summary>Whether a built-in path can be used.</summary>
    public bool IsComplete(int number) => Paths.Any(path => path.Number == number && path.IsComplete);

    internal bool HasTypeNumber(string type) => _types.ContainsKey(type);

    internal AttributeLayout WithTypes(IEnumerable<(int Number, string Name)> added)
    {
        var types = new Dictionary<string, int>(_types);
        foreach (var (number, name) in added)
        {
            types[name] = number;
        }

        return new(State, types, Paths, Dropped);
    }
}
