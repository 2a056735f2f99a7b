using System.Text;
using EventStore.Log.Mutations;
using static EventStore.Log.Tests.Mutations.MutationSample;

namespace EventStore.Log.Tests.Mutations;

/// <summary>Whatever is sent, there is a change or a <see cref="MutationException"/>, after bounded work.</summary>
public sealed class HostileMutationTests
{
    private static readonly string[] Fragments =
        ["a", "b", "_key", "[", "]", "..", ".", ",", ":", "0", "-1", "2", "*", "\"k1\"", "'x y'", "==", "!=", ">", "<=", "?", "@",
            " ",
            "[_key==\"k1\"]", "[0:2]", "[-1]", "[]", "..a", "ü", "\\", "99999999999", "null", "true", "{",
            "__proto__", "constructor"];

    [Fact]
    public void Random_patches_give_the_same_change_or_error_again()
    {
        const int Seed = 20260207;
        var random = new Random(Seed);
        var applied = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var path = RandomPath(random);
            var operation = random.Next(8) switch
            {
                0 => new Dictionary<string, object?> { ["set"] = Keyed(path, Value(random, 0)) },
                1 => new() { ["setIfMissing"] = Keyed(path, Value(random, 0)) },
                2 => new() { ["unset"] = new object?[] { path, "b" } },
                3 => new() { ["inc"] = Keyed(path, random.Next(5) == 0 ? "x" : random.Next(9)) },
                4 => new() { ["dec"] = Keyed(path, random.NextDouble() * 1e300) },
                5 => new() { ["diffMatchPatch"] = Keyed(path, "@@ -1,3 +1,4 @@\n-a\n+é%25\n xy\n") },
                6 => new() { ["insert"] = Insert("after", path, new object?[] { 1, Value(random, 0) }) },
                _ => new() { ["insert"] = Insert("replace", path, Value(random, 0)) },
            };
            operation["id"] = "d";
            var mutations = System.Text.Json.JsonSerializer.Serialize(new[] { new { patch = operation } });
            var document = System.Text.Json.JsonSerializer.Serialize(new Dictionary<string, object?>
            {
                ["_id"] = "d",
                ["_type"] = "t",
                ["a"] = Value(random, 0),
                ["b"] = new[] { Value(random, 1), Value(random, 1) },
            });
            var first = Run(mutations, document);
            Run(mutations, document).ShouldBe(first, $"seed {Seed}, round {round}: {mutations}");
            applied += first.StartsWith('{') ? 1 : 0;
        }

        applied.ShouldBeGreaterThan(2_000);
    }

    public static TheoryData<string, string> Expensive => new()
    {
        { "a path that is too long", Patch("set", new string('a', 100_000), "1") },
        { "a path with too many steps", Patch("set", Times("a.", 2_000) + "a", "1") },
        { "a path with deep brackets", Patch("set", new string('[', 4_000) + "0" + new string(']', 4_000), "1") },
        { "many descents", Patch("set", Times("..[", 300) + "a" + new string(']', 300), "1") },
        { "an impossible index", Patch("set", "big[99999999999]", "1") },
        { "a slice that would fill an array", Patch("set", "big[0:2000000000]", "1") },
        { "a too long array", """[{"patch":{"id":"d","insert":{"after":"big[-1]","items":[1,2,3]}}}]""" },
        { "a document that would be too deep", Patch("set", string.Join('.', Enumerable.Repeat("a", 70)), "1") },
        { "a document that would be too large", Patch("set", "big[]", "\"" + new string('x', 2_000) + "\"") },
        { "quadratic inserts", Repeated("""{"patch":{"id":"d","insert":{"replace":"big[0]","items":[1]}}}""", 5_000) },
        { "the prototype", Patch("set", "a.__proto__.x", "1") },
        { "a text patch without end", Patch("diffMatchPatch", "title", $"\"{Times("@@ -9,1 +9,1 @@\\n-x\\n+y\\n", 3_000)}\"") },
    };

    [Theory]
    [MemberData(nameof(Expensive))]
    public void Expensive_or_impossible_patches_are_refused(string what, string mutations)
    {
        var items = string.Join(',', Enumerable.Repeat("1", Limits.ArrayElements));
        var document = Encoding.UTF8.GetBytes($$"""
            {"_id":"d","_type":"t","big":[{{items}}],"title":"{{new string('z', 200_000)}}"}
            """.Trim());
        Errors(() => MutationEvaluator.Evaluate(Parse(mutations), _ => new DocumentState(document, "r"), Time, "tx"))
            .ShouldAllBe(item => item.Error.Type == MutationErrorType.Validation, what);
    }

    [Fact]
    public void Legal_patches_of_the_same_shapes_pass()
    {
        MutationSample.Patch("{\"o\":{}}", """{"set":{"o.constructor":1,"o.hasOwnProperty.toString":2}}""")
            .ShouldBe("""{"o":{"constructor":1,"hasOwnProperty":{"toString":2}}}""");
        var deep = string.Join('.', Enumerable.Repeat("a", Limits.DocumentDepth));
        MutationSample.Patch("{}", $$$"""{"set":{"{{{deep}}}":1}}""").Count(character => character == '{')
            .ShouldBe(Limits.DocumentDepth);
        Errors(() => MutationSample.Patch("{}", $$$"""{"set":{"{{{deep}}}.a":1}}""")).Single().Error.Description
            .ShouldContain("levels deep");
    }

    [Fact]
    public void Long_arrays_are_refused_and_long_lists_of_mutations_too()
    {
        var items = string.Join(',', Enumerable.Repeat("1", Limits.ArrayElements));
        Evaluate($$$"""[{"create":{"_id":"a","_type":"t","l":[{{{items}}}]}}]""").Single().Operation.ShouldBe("create");
        Errors(() => Evaluate($$$"""[{"create":{"_id":"a","_type":"t","l":[{{{items}}},1]}}]""")).Single()
            .Error.Description.ShouldBe("An array may have at most 50000 elements");
        const string Delete = """{"delete":{"id":"a"}}""";
        Errors(() => Parse(Repeated(Delete, Limits.MutationsPerTransaction + 1))).Count.ShouldBe(1);
        Parse(Repeated(Delete, Limits.MutationsPerTransaction)).Count
            .ShouldBe(Limits.MutationsPerTransaction);
    }

    private static string Patch(string operation, string path, string value) =>
        $"[{{\"patch\":{{\"id\":\"d\",\"{operation}\":{{\"{path}\":{value}}}}}}}]";

    private static string Repeated(string mutation, int count) =>
        $"[{string.Join(',', Enumerable.Repeat(mutation, count))}]";

    private static string Times(string text, int count) => string.Concat(Enumerable.Repeat(text, count));

    private static Dictionary<string, object?> Insert(string place, string path, object? items) =>
        new() { [place] = path, ["items"] = items };

    private static Dictionary<string, object?> Keyed(string path, object? value) => new() { [path] = value };

    private static string RandomPath(Random random)
    {
        var tail = Enumerable.Range(0, random.Next(6)).Select(_ => Fragments[random.Next(Fragments.Length)]);
        return (random.Next(3) > 0 ? "a" : Fragments[random.Next(Fragments.Length)]) + string.Concat(tail);
    }

    private static object? Value(Random random, int depth) => random.Next(depth > 3 ? 4 : 7) switch
    {
        0 => random.Next(5),
        1 => "axyé😀",
        2 => null,
        3 => random.NextDouble(),
        4 => new[] { Value(random, depth + 1), Value(random, depth + 1) },
        5 => new Dictionary<string, object?> { ["_key"] = $"k{random.Next(3)}", ["a"] = Value(random, depth + 1) },
        _ => new Dictionary<string, object?> { ["b"] = Value(random, depth + 1), ["x y"] = Value(random, depth + 1) },
    };

    private static string Run(string mutations, string document)
    {
        try
        {
            var state = new DocumentState(Canonical(document), "r");
            var after = MutationEvaluator.Evaluate(Parse(mutations), _ => state, Time, "tx").Single().After;
            Canonical(Text(after)).Span.SequenceEqual(after.Span).ShouldBeTrue("the result is canonical");
            return Text(after);
        }
        catch (MutationException exception)
        {
            return exception.Items.Single().Error.Description;
        }
    }
}
