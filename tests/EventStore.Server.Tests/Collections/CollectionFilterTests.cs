using EventStore.Testing;

namespace EventStore.Server.Tests.Collections;

/// <summary>What filters select.</summary>
public sealed class CollectionFilterTests(TestServer server) : IClassFixture<TestServer>
{
    private static readonly string[] Documents =
    [
        """ "n":1,"s":"Apple","tags":["red","Fruit"],"meta":{"deep":{"x":1}},"big":9007199254740993 """,
        """ "n":2.5,"s":"apple pie","tags":["Red"],"meta":{"deep":{"x":2}},"big":9007199254740992 """,
        """ "n":10,"s":"Banana","tags":[],"meta":[{"deep":{"x":3}},{"deep":[{"x":4}]}],"flag":true """,
        """ "n":-3,"s":"ÄPFEL","tags":null,"flag":false,"dotted.key":{"a\\b":7} """,
        """ "n":"10","s":"new\nline","tags":[["red"]],"nothing":null """,
        """ "s":"","tags":[1,2.0,null],"object":{"a":1,"b":[1]} """,
    ];

    private readonly CollectionApi _api = new(server);

    /// <summary>Filters, and the documents they select, as letters.</summary>
    private static readonly (string Filter, string Expected)[] Cases =
    [
        ("{}", "abcdef"),
        ("""{"AND":[]}""", "abcdef"), ("""{"OR":[],"NOT":[]}""", "abcdef"),
        (Condition("n", "eq", "1"), "a"), (Condition("n", "eq", "1.0"), "a"), (Condition("n", "eq", "\"1\""), ""),
        (Condition("n", "ne", "1"), "bcdef"), (Condition("n", "gt", "1"), "bc"), (Condition("n", "gte", "2.5"), "bc"),
        (Condition("n", "lt", "2.5"), "ad"), (Condition("n", "lte", "2.50"), "abd"), (Condition("n", "gt", "\"1\""), "e"),
        (Condition("big", "eq", "9007199254740993"), "a"), (Condition("big", "lt", "9007199254740993"), "b"),
        (Condition("n", "in", """[1,"10",null]"""), "ae"), (Condition("n", "nin", "[1,10]"), "bdef"), (Condition("n", "in", "[]"), ""),
        (Condition("s", "eq", "\"apple\""), "a"), (Sensitive(Condition("s", "eq", "\"apple\"")), ""),
        (Sensitive(Condition("s", "eq", "\"Apple\"")), "a"), (Condition("s", "eq", "\"äpfel\""), "d"), (Condition("s", "eq", "\"\""), "f"),
        (Condition("s", "gt", "\"apple\""), "bcde"), (Sensitive(Condition("s", "lt", "\"Banana\"")), "af"),
        (Condition("s", "contains", "\"PIE\""), "b"), (Sensitive(Condition("s", "contains", "\"PIE\"")), ""),
        (Condition("s", "contains", "\"\""), "abcdef"), (Condition("s", "contains", "1"), ""),
        (Condition("tags", "contains", "\"red\""), "ab"), (Sensitive(Condition("tags", "contains", "\"red\"")), "a"),
        (Condition("tags", "contains", "2"), "f"), (Condition("tags", "contains", "null"), "f"),
        (Condition("tags", "contains", """["red"]"""), "e"), (Condition("tags", "eq", "\"fruit\""), "a"),
        (Condition("tags", "eq", "[]"), "c"), (Condition("tags", "ne", "\"red\""), "cdef"),
        (Condition("s", "starts_with", "\"APP\""), "ab"), (Condition("s", "ends_with", "\"e\""), "abe"),
        (Condition("tags", "starts_with", "\"fr\""), "a"),
        (Condition("s", "regex", "\"^app.*e$\""), "ab"), (Sensitive(Condition("s", "regex", "\"^[A-Z]\"")), "ac"),
        (Condition("s", "regex", "\"new.line\""), ""), (Condition("s", "regex", "\"(?s)new.line\""), "e"),
        (Condition("n", "regex", "\"1\""), "e"),
        (Condition("flag", "exists", "true"), "cd"), (Condition("flag", "exists", "false"), "abef"),
        ("""{"field":"flag","operator":"exists"}""", "cd"), (Condition("nothing", "exists", "true"), "e"),
        (Condition("nothing", "is_null", "true"), "abcdef"), (Condition("tags", "is_null", "true"), "d"),
        (Condition("tags", "is_null", "false"), "abcef"), (Condition("flag", "eq", "null"), "abef"), (Condition("flag", "ne", "null"), "cd"),
        (Condition("flag", "eq", "false"), "d"), (Condition("object", "eq", """{"b":[1],"a":1}"""), "f"),
        (Condition("meta.deep.x", "eq", "2"), "b"), (Condition("meta.deep.x", "gte", "3"), "c"), (Condition("meta.deep.x", "lt", "4"), "abc"),
        (Condition("""dotted\\.key.a\\\\b""", "eq", "7"), "d"), (Condition("dotted.key", "exists", "true"), ""),
        (Condition("document_id", "in", """["a","C"]"""), "ac"), (Condition("_id", "gt", "\"d\""), "ef"),
        ("""{"field":"n","value":1}""", "a"),
        (Group("AND", Condition("n", "gt", "0"), Condition("s", "starts_with", "\"a\"")), "ab"),
        (Group("OR", Condition("n", "eq", "1"), Condition("flag", "exists", "true")), "acd"),
        (Group("NOT", Condition("n", "eq", "1"), Condition("flag", "exists", "true")), "bef"),
        ($$"""{"NOT":{{Condition("n", "eq", "1")}}}""", "bcdef"),
        ($$"""{"AND":[{{Condition("n", "gt", "0")}}],"OR":[{{Condition("n", "lt", "2")}},{{Condition("n", "eq", "10")}}],"NOT":[{{Condition("s", "eq", "\"banana\"")}}]}""", "a"),
        (Group("OR", Group("AND", Condition("n", "eq", "1"), Group("NOT", Condition("s", "eq", "\"x\""))), Group("AND", Condition("n", "eq", "2"))), "a"),
        ($$"""{"case_sensitive":true,"AND":[{{Condition("s", "eq", "\"apple\"")}}]}""", ""),
        ($$"""{"case_sensitive":true,"AND":[{"case_sensitive":false,"AND":[{{Condition("s", "eq", "\"apple\"")}}]}]}""", "a"),
    ];

    [Fact]
    public async Task Filters_select_what_they_say()
    {
        var dataset = await _api.CreateAsync(Documents);
        foreach (var (filter, expected) in Cases)
        {
            (await _api.SelectAsync(dataset, filter)).ShouldBe(expected, filter);
        }
    }

    [Fact]
    public async Task A_pattern_that_would_backtrack_for_ever_does_not()
    {
        var dataset = await _api.CreateAsync($"\"s\":\"{new string('a', 50_000)}!\"");
        (await _api.SelectAsync(dataset, Condition("s", "regex", "\"^(a+)+$\""))).ShouldBeEmpty();
        (await _api.SelectAsync(dataset, Condition("s", "regex", "\"^(a|a)*!$\""))).ShouldBe("a");
    }

    private static string Condition(string field, string name, string value) =>
        $$"""{"field":"{{field}}","operator":"{{name}}","value":{{value}}}""";

    private static string Sensitive(string condition) => condition.Insert(1, "\"case_sensitive\":true,");

    private static string Group(string name, params string[] conditions) => $$"""{"{{name}}":[{{string.Join(',', conditions)}}]}""";
}
