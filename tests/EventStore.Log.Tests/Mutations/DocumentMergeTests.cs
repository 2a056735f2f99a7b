using System.Text;
using EventStore.Log.Mutations.Merging;

namespace EventStore.Log.Tests.Mutations;

/// <summary>Carrying a difference over, place by place.</summary>
public sealed class DocumentMergeTests
{
    [Theory]
    [InlineData("""{"a":1,"b":1}""", """{"a":0,"b":1}""", """{"a":1,"b":2}""", """{"a":0,"b":2}""", "")]
    [InlineData("""{"a":1}""", """{"a":0}""", """{"a":2}""", """{"a":0}""", "a")]
    [InlineData("""{"a":1}""", """{"a":0}""", """{"a":0,"b":1}""", """{"a":0,"b":1}""", "")]
    [InlineData("""{"a":1,"b":1}""", """{"b":1}""", """{"a":1,"b":2}""", """{"b":2}""", "")]
    [InlineData("""{"a":1}""", """{}""", """{"a":2}""", """{}""", "a")]
    [InlineData("""{}""", """{"a":1}""", """{"a":2}""", """{"a":1}""", "a")]
    [InlineData("""{"o":{"x":{"y":1},"z":1}}""", """{"o":{"x":{"y":0},"z":1}}""", """{"o":{"x":{"y":2},"z":3}}""",
        """{"o":{"x":{"y":0},"z":3}}""", "o.x.y")]
    [InlineData("""{"odd key":1}""", """{"odd key":0}""", """{"odd key":2}""", """{"odd key":0}""", "['odd key']")]
    [InlineData("""{"a":{"x":1}}""", """{"a":1}""", """{"a":{"x":2}}""", """{"a":1}""", "a")]
    [InlineData("", """{"a":1}""", "", """{"a":1}""", "")]
    [InlineData("", """{"a":1}""", """{"a":2}""", """{"a":1}""", "-")]
    [InlineData("""{"a":1}""", "", """{"a":1}""", "", "")]
    [InlineData("""{"a":1}""", "", """{"a":2}""", "", "-")]
    [InlineData("""{"a":1}""", """{"a":0}""", "", """{"a":0}""", "-")]
    [InlineData("""{"_createdAt":1,"a":1}""", """{"_createdAt":1}""", """{"_createdAt":2,"a":1}""", """{"_createdAt":1}""", "-")]
    [InlineData("""{"_createdAt":1}""", """{"_createdAt":1,"a":1}""", """{"_createdAt":2,"b":1}""", """{"_createdAt":1,"a":1}""", "-")]
    [InlineData("""{"_createdAt":1,"a":1}""", """{"_createdAt":1}""", """{"_createdAt":2,"b":1}""", """{"_createdAt":2,"b":1}""", "")]
    [InlineData("""{"_createdAt":2,"a":1}""", """{"_createdAt":1}""", """{"_createdAt":2,"a":1,"b":1}""", """{"_createdAt":1,"b":1}""", "")]
    public void Members_are_places(string from, string to, string onto, string expected, string conflicts) =>
        Expect(from, to, onto, expected, conflicts);

    [Theory]
    [InlineData("a:1 b:1", "a:0 b:1", "a:1 b:2", "a:0 b:2", "")]
    [InlineData("a:1 b:1", "a:0 b:1", "a:2 b:1", "a:0 b:1", "[_key==\"a\"].v")]
    [InlineData("a:1 b:1 n:1", "a:1 b:1", "m:1 a:1 b:1 n:1", "m:1 a:1 b:1", "")]
    [InlineData("a:1 c:1", "a:1 b:1 c:1", "a:1 c:1 d:1", "a:1 b:1 c:1 d:1", "")]
    [InlineData("a:1 c:1", "a:1 b:1 c:1", "a:1 n:1 c:1", "a:1 b:1 c:1", "-")]
    [InlineData("a:1 c:1", "a:1 b:1 c:1", "a:1 b:1 c:2", "a:1 b:1 c:2", "")]
    [InlineData("a:1 c:1", "a:1 b:1 c:1", "a:1 b:2 c:1", "a:1 b:1 c:1", "[_key==\"b\"]")]
    [InlineData("a:1 b:1 c:1", "c:1 b:1 a:1", "a:2 b:1 c:1", "c:1 b:1 a:2", "")]
    [InlineData("a:1 b:1 c:1", "c:1 b:1 a:1", "b:1 a:1 c:1", "c:1 b:1 a:1", "-")]
    [InlineData("a:1 b:1", "b:1", "a:2 b:1", "b:1", "[_key==\"a\"]")]
    [InlineData("a:1 b:1", "a:0 b:1", "b:1", "a:0 b:1", "[_key==\"a\"]")]
    [InlineData("", "a:1", "b:1", "a:1", "-")]
    public void Elements_with_keys_are_places(string from, string to, string onto, string expected, string conflicts)
    {
        static string Keyed(string text) => "{\"l\":[" + string.Join(',', text.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(item => $$"""{"_key":"{{item[0]}}","v":{{item[2..]}}}""")) + "]}";
        Expect(Keyed(from), Keyed(to), Keyed(onto), Keyed(expected), conflicts is "" ? "" : "l" + conflicts.TrimStart('-'));
    }

    [Theory]
    [InlineData("1,2,3,4", "1,4", "0,1,2,3,4", "0,1,4", "")]
    [InlineData("1,2,3", "1,2", "0,1,2,3", "0,1,2", "")]
    [InlineData("1,2,3", "1,2,3,4", "1,3", "1,3,4", "")]
    [InlineData("1,2,3", "1,2,3,4", "1,2,3,5", "1,2,3,4", "l")]
    [InlineData("1,2,3", "9,2,3", "1,8,3", "9,8,3", "")]
    [InlineData("1,2,3", "9,2,7", "1,8,3", "9,8,7", "")]
    [InlineData("1,2,3", "9,2,3", "8,2,3", "9,2,3", "l[0]")]
    [InlineData("1,2,3", "1,3", "1,9,3", "1,3", "l")]
    [InlineData("", "1", "2", "1", "l")]
    public void Elements_without_keys_go_by_where_they_stand(string from, string to, string onto, string expected, string conflicts) =>
        Expect(
            $$"""{"l":[{{from}}]}""",
            $$"""{"l":[{{to}}]}""",
            $$"""{"l":[{{onto}}]}""",
            $$"""{"l":[{{expected}}]}""",
            conflicts);

    private static void Expect(string from, string to, string onto, string expected, string conflicts)
    {
        var merged = DocumentMerge.Carry(Encoding.UTF8.GetBytes(from), Encoding.UTF8.GetBytes(to), Encoding.UTF8.GetBytes(onto));
        Encoding.UTF8.GetString(merged.Content.Span).ShouldBe(expected);
        merged.Conflicts.ShouldBe(conflicts switch { "" => [], "-" => [""], _ => [conflicts] });
    }
}
