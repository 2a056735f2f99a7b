using System.Text.Json.Nodes;

namespace EventStore.Server.Tests.Query;

/// <summary>Random edits of documents that refer to each other, and random queries about them.</summary>
internal sealed class RandomLibrary(int seed)
{
    private static readonly string[] Types = ["book", "author", "shelf"];
    private static readonly string[] Prefixes = ["", "", "", "drafts.", "versions.r1.", "a."];
    private static readonly string[] Words = ["ash", "birch", "Birch tree", "cedar", "élan", "dune", ""];

    private readonly Random _random = new(seed);

    /// <summary>A few mutations as the inside of an array.</summary>
    public string NextTransaction() => string.Join(',', Enumerable.Range(0, _random.Next(1, 6)).Select(_ => NextMutation()));

    /// <summary>A query with constraints, orders, slices, projections, references and subqueries.</summary>
    public string NextQuery() => _random.Next(12) switch
    {
        0 => $"*[_id == {Quote(NextId())}][0]",
        1 => $"*[_id in [{Quote(NextId())}, {Quote(NextId())}, \"none\"] && {NextFilter()}]",
        2 => $"count(*[{NextFilter()}])",
        3 => $"*[{NextFilter()}] | order(n {NextDirection()}, _id)[{_random.Next(5)}..{_random.Next(4, 12)}]{{_id, n, t}}",
        4 => $"*[{NextFilter()}]{{_id, \"to\": to->t, \"many\": many[]->{{_id, n}}}}",
        5 => $"*[_type == {Quote(Pick(Types))}]{{_id, \"by\": count(*[references(^._id)])}}",
        6 => $"*[_type == {Quote(Pick(Types))}]{{_id, \"same\": *[n == ^.n && _id != ^._id]._id}}",
        7 => $"{{\"a\": *[{NextFilter()}]._id, \"b\": array::unique(*[defined(n)].n), \"c\": *[0..3]}}",
        8 => $"*[{NextFilter()}].to->to->_id",
        9 => $"*[_id match \"*d*\" || t match {Quote(Pick(Words))}] | order(t desc, _id asc)[0...7]._id",
        10 => $"*[_id in path(\"drafts.**\") && {NextFilter()}]",
        _ => $"*[_id == {Quote(NextId())} || _id == {Quote(NextId())}]{{..., \"up\": to->{{...}}}}",
    };

    private string NextMutation()
    {
        var id = NextId();
        return _random.Next(10) switch
        {
            0 => $$$"""{"delete":{"id":"{{{id}}}"}}""",
            < 4 => new JsonObject
            {
                ["createIfNotExists"] = new JsonObject { ["_id"] = id, ["_type"] = Pick(Types) },
            }.ToJsonString() + "," + new JsonObject
            {
                ["patch"] = new JsonObject { ["id"] = id, ["set"] = new JsonObject { ["n"] = _random.Next(9), ["t"] = Pick(Words) } },
            }.ToJsonString(),
            _ => new JsonObject { ["createOrReplace"] = NextDocument(id) }.ToJsonString(),
        };
    }

    private JsonObject NextDocument(string id)
    {
        var document = new JsonObject { ["_id"] = id, ["_type"] = Pick(Types) };
        if (_random.Next(4) > 0)
        {
            document["n"] = _random.Next(3) switch { 0 => _random.Next(9), 1 => _random.NextDouble(), _ => Pick(Words) };
        }

        if (_random.Next(3) > 0)
        {
            document["t"] = Pick(Words);
        }

        if (_random.Next(2) == 0)
        {
            document["to"] = Reference();
        }

        if (_random.Next(3) == 0)
        {
            document["many"] = new JsonArray([.. Enumerable.Range(0, _random.Next(4)).Select(_ => Reference())]);
        }

        return document;
    }

    private JsonObject Reference() => new() { ["_type"] = "reference", ["_ref"] = NextId(), ["_weak"] = true };

    private string NextFilter() => _random.Next(9) switch
    {
        0 => "true",
        1 => $"_type == {Quote(Pick(Types))}",
        2 => $"n > {_random.Next(9)}",
        3 => $"_type in [{Quote(Pick(Types))}, {Quote(Pick(Types))}] && defined(t)",
        4 => $"!(t == {Quote(Pick(Words))})",
        5 => $"references({Quote(NextId())})",
        6 => $"_type == {Quote(Pick(Types))} && (n < 5 || to._ref == {Quote(NextId())})",
        7 => $"_id > {Quote(NextId())} && t >= {Quote(Pick(Words))}",
        _ => $"to->n == {_random.Next(9)}",
    };

    private string NextDirection() => _random.Next(2) == 0 ? "asc" : "desc";

    private string NextId() => $"{Pick(Prefixes)}doc{_random.Next(14)}";

    private static string Quote(string text) => $"\"{text}\"";

    private T Pick<T>(T[] values) => values[_random.Next(values.Length)];
}
