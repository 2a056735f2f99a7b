using System.Buffers;
using EventStore.Log.Mutations;
using static EventStore.Log.Tests.Mutations.MutationSample;

namespace EventStore.Log.Tests.Mutations;

public sealed class MutationEvaluatorTests
{
    private const string Stored =
        """{"_id":"a","_type":"t","_createdAt":"2020-01-01T00:00:00Z","_updatedAt":"2020-01-01T00:00:00Z","n":1}""";

    [Fact]
    public void Create_adds_the_times_it_was_not_given()
    {
        var change = Evaluate("""[{"create":{"_type":"t","_id":"a","_rev":"old","z":1.0}}]""").Single();

        change.Operation.ShouldBe("create");
        change.Before.Content.IsEmpty.ShouldBeTrue();
        Text(change.After).ShouldBe(
            """{"_createdAt":"2026-02-07T15:44:58Z","_id":"a","_type":"t","_updatedAt":"2026-02-07T15:44:58Z","z":1.0}""");
    }

    [Fact]
    public void Submitted_times_are_kept_and_createOrReplace_resets_the_others()
    {
        var replaced = Evaluate("""[{"createOrReplace":{"_id":"a","_type":"u"}}]""", (Stored, "r1")).Single();
        replaced.Operation.ShouldBe("update");
        Text(replaced.After).ShouldBe(
            """{"_createdAt":"2026-02-07T15:44:58Z","_id":"a","_type":"u","_updatedAt":"2026-02-07T15:44:58Z"}""");

        var given = """{"_createdAt":"2019-01-01T00:00:00Z","_id":"b","_type":"u","_updatedAt":"2019-02-02T00:00:00Z"}""";
        Text(Evaluate($$"""[{"create":{{given}}}]""").Single().After).ShouldBe(given);
    }

    [Fact]
    public void Nothing_changes_when_there_is_nothing_to_do()
    {
        Evaluate("""[{"createIfNotExists":{"_id":"a","_type":"t"}}]""", (Stored, "r1")).Single().Operation
            .ShouldBe("none");
        Evaluate("""[{"delete":{"id":"a"}}]""").Single().Operation.ShouldBe("none");
        Evaluate($$"""[{"createOrReplace":{{Stored}}}]""", (Stored, "r1")).Single().Operation.ShouldBe("none");

        var patched = Evaluate(
            """[{"patch":{"id":"a","set":{"n":1,"_rev":"x"},"unset":["_empty_action_guard_pseudo_field_"]}}]""",
            (Stored, "r1")).Single();
        patched.Operation.ShouldBe("none");
        patched.After.ShouldBe(patched.Before.Content);
    }

    [Fact]
    public void Changes_come_in_the_order_of_first_mention_and_each_document_is_read_once()
    {
        var reads = new List<string>();
        var changes = MutationEvaluator.Evaluate(
            Parse("""
                [{"create":{"_id":"b","_type":"t"}},{"patch":{"id":"a","inc":{"n":1}}},
                 {"patch":{"id":"b","set":{"x":1}}},
                 {"delete":{"id":"c"}},{"patch":{"id":"a","inc":{"n":1}}}]
                """),
            id =>
            {
                reads.Add(id.Value);
                return id.Value == "a" ? new DocumentState(Canonical(Stored), "r1") : default;
            },
            Time,
            "tx");

        reads.ShouldBe(["b", "a", "c"]);
        changes.Select(change => (change.Id.Value, change.Operation))
            .ShouldBe([("b", "create"), ("a", "update"), ("c", "none")]);
        Text(changes[1].After).ShouldContain("\"n\":3");
        Text(changes[1].After).ShouldContain("\"_createdAt\":\"2020-01-01T00:00:00Z\"");
        Text(changes[1].After).ShouldContain("\"_updatedAt\":\"2026-02-07T15:44:58Z\"");
    }

    [Fact]
    public void Delete_and_create_again_is_one_change()
    {
        var change = Evaluate("""[{"delete":{"id":"a"}},{"create":{"_id":"a","_type":"t"}}]""", (Stored, "r1"))
            .Single();
        change.Operation.ShouldBe("update");
        change.Before.Revision.ShouldBe("r1");
        Evaluate("""[{"create":{"_id":"b","_type":"t"}},{"delete":{"id":"b"}}]""").Single().Operation.ShouldBe("none");
    }

    [Fact]
    public void Failures_name_their_mutation_and_what_is_wrong()
    {
        var items = Errors(() => Evaluate(
            """
            [{"create":{"_id":"a","_type":"t"}},
             {"patch":{"id":"missing","set":{"x":1}}},
             {"patch":{"id":"a","ifRevisionID":"r0","set":{"x":1}}},
             {"patch":{"id":"a","set":{"_id":"other"}}},
             {"patch":{"id":"a","unset":["_type"]}}]
            """,
            (Stored, "r1")));

        items.Select(item => (item.Index, item.Error.Type.WireName(), item.Error.Description)).ShouldBe(
        [
            (0, "documentAlreadyExistsError", "Document by ID \"a\" already exists"),
            (1, "documentNotFoundError", "The document with the ID \"missing\" was not found"),
            (2, "documentRevisionIDDoesNotMatchError",
                "Document \"a\" has unexpected revision ID (\"r1\"), expected \"r0\""),
            (3, "validationError", "The _id of a document cannot be changed"),
            (4, "validationError", "The document must have a _type that is a string and not empty"),
        ]);
        items[0].Error.Id.ShouldBe("a");
        items[2].Error.ExpectedRevisionId.ShouldBe("r0");
        items[2].Error.CurrentRevisionId.ShouldBe("r1");
    }

    [Fact]
    public void A_document_changed_in_the_transaction_has_its_id_as_revision()
    {
        var patch = """{"patch":{"id":"a","ifRevisionID":"REV","inc":{"n":1}}}""";
        Text(Evaluate($"[{patch.Replace("REV", "r1")},{patch.Replace("REV", "tx")}]", (Stored, "r1")).Single().After)
            .ShouldContain("\"n\":3");
        Errors(() => Evaluate($"[{patch.Replace("REV", "r1")},{patch.Replace("REV", "r1")}]", (Stored, "r1")))
            .Single().Index.ShouldBe(1);
        Errors(() => Evaluate("""[{"patch":{"id":"a","ifRevisionID":"r0"}}]""", (Stored, "r1"))).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("""{"r":{"_ref":"x","title":1}}""", "Key \"title\" not allowed in ref")]
    [InlineData("""{"l":[{"A":1,"_key":"k","_ref":"x"}]}""", "Key \"A\" not allowed in ref")]
    public void Reference_objects_hold_only_what_belongs_to_references(string fields, string description)
    {
        var document = """{"_id":"a","_type":"t",""" + fields[1..];
        Errors(() => Evaluate($$"""[{"createIfNotExists":{{document}}}]""")).Single().Error.Description
            .ShouldBe(description);
        Errors(() => Evaluate("""[{"patch":{"id":"a","set":FIELDS}}]""".Replace("FIELDS", fields), (Stored, "r1")))
            .Single().Error.Description.ShouldBe(description);
    }

    [Fact]
    public void Whole_references_and_objects_that_only_look_like_them_pass()
    {
        var document = """
            {"_id":"a","_type":"t","r":{"_ref":"x","_type":"reference","_weak":true,"_key":"k","_dataset":"d",
            "_projectId":"p","_strengthenOnPublish":{"type":"t","more":1}},"o":{"_ref":1,"other":2}}
            """;
        Evaluate($$"""[{"create":{{document}}}]""").Single().Operation.ShouldBe("create");
    }

    [Fact]
    public void The_recorded_form_says_what_was_done()
    {
        Recorded("""[{"delete":{"id":"a"}}]""").ShouldBe("""{"delete":{"id":"a","purge":false}}""");
        Recorded("""[{"delete":{"purge":true,"id":"a"}}]""").ShouldBe("""{"delete":{"id":"a","purge":true}}""");
        Recorded("""[{"create":{"_type":"t","_rev":"r","b":1}}]""")
            .ShouldBe("""{"create":{"_id":"new1","_type":"t","b":1}}""");
        Recorded("""[{"create":{"_type":"t","_id":"drafts."}}]""")
            .ShouldBe("""{"create":{"_id":"drafts.new1","_type":"t"}}""");
        Recorded("""[{"patch":{"set":{"b":1},"id":"a"}}]""").ShouldBe("""{"patch":{"id":"a","set":{"b":1}}}""");
    }

    [Fact]
    public void Objects_in_arrays_get_keys_when_asked()
    {
        Recorded("""[{"create":{"_id":"a","_type":"t","l":[{"x":[[{"y":1}],{"_key":"own"}]},1]}}]""", true).ShouldBe(
            """{"create":{"_id":"a","_type":"t","l":[{"_key":"k2","x":[[{"_key":"k1","y":1}],{"_key":"own"}]},1]}}""");
        Recorded(
            """
            [{"patch":{"id":"a","set":{"l":[{}]},"setIfMissing":{"o":{"l":[{}]}},
              "insert":{"after":"l[-1]","items":[{}]}}}]
            """,
            true).ShouldBe(
            """{"patch":{"id":"a","insert":{"after":"l[-1]","items":[{"_key":"k3"}]},"""
            + """
              "set":{"l":[{"_key":"k1"}]},"setIfMissing":{"o":{"l":[{"_key":"k2"}]}}}}
              """.Trim());
    }

    private static string Recorded(string mutations, bool generateKeys = false)
    {
        var output = new ArrayBufferWriter<byte>();
        Parse(mutations, generateKeys).Single().WriteTo(output);
        return Text(output.WrittenMemory);
    }
}
