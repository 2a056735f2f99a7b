using static EventStore.Log.Tests.Mutations.MutationSample;

namespace EventStore.Log.Tests.Mutations;

public sealed class MutationParserTests
{
    [Theory]
    [InlineData("""1""", "A mutation must be an object with one key")]
    [InlineData("""{}""", "A mutation must be an object with one key")]
    [InlineData("""{"create":{"_type":"t"},"delete":{"id":"a"}}""", "A mutation must have exactly one key")]
    [InlineData("""{"merge":{}}""", "Unknown mutation \"merge\"")]
    [InlineData("""{"create":[]}""", "The value of \"create\" must be an object")]
    [InlineData("""{"create":{"_id":"a"}}""", "The document must have a _type that is a string and not empty")]
    [InlineData("""{"create":{"_id":"a","_type":""}}""", "The document must have a _type that is a string and not empty")]
    [InlineData("""{"create":{"_id":1,"_type":"t"}}""", "The _id of a document must be a string")]
    [InlineData("""{"create":{"_id":"","_type":"t"}}""", "A document id may not be empty")]
    [InlineData("""{"create":{"_id":"a","_type":"t","_createdAt":5}}""", "The _createdAt of a document must be a string")]
    [InlineData("""{"createOrReplace":{"_type":"t"}}""", "The document must have an _id")]
    [InlineData("""{"createIfNotExists":{"_type":"t"}}""", "The document must have an _id")]
    [InlineData("""{"delete":{}}""", "A document id may not be empty")]
    [InlineData("""{"delete":{"id":"a","purge":1}}""", "The purge of a delete must be true or false")]
    [InlineData("""{"delete":{"query":"*"}}""", "What is recorded names its document: it cannot have a query")]
    [InlineData("""{"delete":{"id":"a","x":1}}""", "Unknown key \"x\" in delete")]
    [InlineData("""{"patch":{"set":{}}}""", "A patch must have an id or a query")]
    [InlineData("""{"patch":{"id":"a","merge":{}}}""", "Unknown key \"merge\" in patch")]
    [InlineData("""{"patch":{"query":"*","params":{}}}""", "What is recorded names its document: it cannot have a query")]
    [InlineData("""{"patch":{"id":"a","ifRevisionID":1}}""", "The ifRevisionID of a patch must be a string")]
    [InlineData("""{"patch":{"id":"a","set":[]}}""", "set must be an object")]
    [InlineData("""{"patch":{"id":"a","unset":"b"}}""", "unset must be an array of paths")]
    [InlineData("""{"patch":{"id":"a","inc":{"n":"1"}}}""", "The values of inc must be numbers")]
    [InlineData("""{"patch":{"id":"a","diffMatchPatch":{"n":1}}}""", "The values of diffMatchPatch must be strings")]
    [InlineData("""{"patch":{"id":"a","insert":{"at":"b","items":[]}}}""", "Unknown key \"at\" in insert")]
    [InlineData("""{"patch":{"id":"a","set":{"a b":1}}}""", "The path has \"b\" at offset 2 where the end of the path should be")]
    [InlineData("""{"patch":{"id":"a","set":{"a[":1}}}""", "The path has the end at offset 2 where an attribute should be")]
    public void Malformed_mutations_are_named(string mutation, string description)
    {
        var items = Errors(() => Parse($$$"""[{"delete":{"id":"ok"}},{{{mutation}}},{"delete":{"id":"-bad"}}]"""));
        items.Select(item => item.Index).ShouldBe([1, 2]);
        items[0].Error.Description.ShouldBe(description);
    }

    [Fact]
    public void Documents_are_slices_of_the_body()
    {
        var body = Canonical("""[{"create":{"_id":"a","_type":"t"}}]""");
        var create = EventStore.Log.Mutations.MutationParser
            .Parse(body, new EventStore.Log.Mutations.MutationParseOptions(false), null!)
            .ShouldHaveSingleItem().ShouldBeOfType<EventStore.Log.Mutations.CreateMutation>();
        body.Span.Overlaps(create.Document.Span).ShouldBeTrue();
    }

    [Fact]
    public void Mutations_must_be_an_array() => Errors(() => Parse("{}")).Count.ShouldBe(1);
}
