using System.Buffers;
using System.Text;
using EventStore.Log.Documents;
using static EventStore.Log.Tests.Mutations.MutationSample;

namespace EventStore.Log.Tests.Documents;

public sealed class DocumentContentTests
{
    [Theory]
    [InlineData("{}", "{\"_rev\":\"r\"}")]
    [InlineData("{\"_id\":\"a\"}", "{\"_id\":\"a\",\"_rev\":\"r\"}")]
    [InlineData("{\"_type\":\"t\",\"a\":[{\"_rev\":1}]}", "{\"_rev\":\"r\",\"_type\":\"t\",\"a\":[{\"_rev\":1}]}")]
    [InlineData(
        "{\"A\":{\"x\":\"}\\\"\"},\"_id\":\"a\",\"z\":1.0}",
        "{\"A\":{\"x\":\"}\\\"\"},\"_id\":\"a\",\"_rev\":\"r\",\"z\":1.0}")]
    public void The_revision_goes_to_its_sorted_place_and_out_again(string content, string expected)
    {
        var output = new ArrayBufferWriter<byte>();
        DocumentContent.WriteWithRevision(Encoding.UTF8.GetBytes(content), "r", output);

        Text(output.WrittenMemory).ShouldBe(expected);
        Text(Canonical(expected)).ShouldBe(expected, "the result is canonical");
        Text(DocumentContent.RemoveRevision(output.WrittenMemory)).ShouldBe(content);
        Text(DocumentContent.RemoveRevision(Encoding.UTF8.GetBytes(content))).ShouldBe(content);
    }

    [Fact]
    public void A_revision_that_is_there_is_replaced()
    {
        var output = new ArrayBufferWriter<byte>();
        DocumentContent.WriteWithRevision("""{"_id":"a","_rev":{"odd":1},"b":2}"""u8, "r2"u8, output);
        Text(output.WrittenMemory).ShouldBe("""{"_id":"a","_rev":"r2","b":2}""");
    }

    [Fact]
    public void Top_level_strings_are_read_decoded()
    {
        var content = Canonical("""{"_type":"tÿ\n\u0001\"","n":1,"o":{"_id":"x"}}""").Span;
        DocumentContent.Type(content).ShouldBe("tÿ\n\u0001\"");
        DocumentContent.ReadString(content, "n"u8).ShouldBeNull();
        DocumentContent.ReadString(content, "_id"u8).ShouldBeNull();
    }

    [Fact]
    public void Strong_targets_are_local_references_that_are_not_weak()
    {
        var content = Canonical(
            """
            {"_id":"a","a":{"_ref":"one","_weak":false},"b":[{"_ref":"two","_type":"reference"},{"_ref":"one"}],
             "c":{"_ref":"weak","_weak":true},"d":{"_ref":"far","_dataset":"x"},"e":{"_ref":"far","_projectId":"x"},
             "f":{"_ref":5},"g":{"_ref":{"_ref":"inner"}},"h":"\"_ref\":\"text\"",
             "i":{"_ref":"three","x":{"_weak":true}}}
            """);
        DocumentReferences.StrongTargets(content.Span).ShouldBe(["one", "two", "inner", "three"]);
        DocumentReferences.StrongTargets("{\"_id\":\"a\"}"u8).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("a", true)]
    [InlineData("drafts.a-b_C.9", true)]
    [InlineData("versions.r1.a", true)]
    [InlineData("_.releases.r1", true)]
    [InlineData("3d7f9c1e-0000-4000-8000-000000000000", true)]
    [InlineData("", false)]
    [InlineData("-a", false)]
    [InlineData("a.-b", false)]
    [InlineData("a..b", false)]
    [InlineData(".a", false)]
    [InlineData("a.", false)]
    [InlineData("a b", false)]
    [InlineData("ü", false)]
    [InlineData("versions.a", false)]
    [InlineData("versions", false)]
    [InlineData("a.versions.b", false)]
    public void Document_ids_follow_their_rules(string text, bool isValid)
    {
        DocumentId.TryParse(text, out var id, out var reason).ShouldBe(isValid);
        (isValid ? id.Value : reason).ShouldBe(isValid ? text : reason);
        reason.Length.ShouldBe(isValid ? 0 : reason.Length);
        DocumentId.TryParse(text, out _, out reason).ShouldBe(reason.Length == 0);
    }

    [Fact]
    public void Lengths_are_limited_exactly()
    {
        DocumentId.TryParse(new string('a', 128), out _, out _).ShouldBeTrue();
        DocumentId.TryParse(new string('a', 129), out _, out _).ShouldBeFalse();
        TransactionId.TryParse(new string('a', 128), out _, out _).ShouldBeTrue();
        TransactionId.TryParse(new string('a', 129), out _, out _).ShouldBeFalse();
        TransactionId.TryParse("a b", out _, out _).ShouldBeFalse();
        DatasetName.TryParse(new string('a', 64), out _, out _).ShouldBeTrue();
        DatasetName.TryParse(new string('a', 65), out _, out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("production", true)]
    [InlineData("a", true)]
    [InlineData("a-b_c9", true)]
    [InlineData("~alias", false)]
    [InlineData("Upper", false)]
    [InlineData("-a", false)]
    [InlineData("a-", false)]
    [InlineData("a.b", false)]
    [InlineData(null, false)]
    public void Dataset_names_follow_their_rules(string? text, bool isValid) =>
        DatasetName.TryParse(text, out _, out _).ShouldBe(isValid);
}
