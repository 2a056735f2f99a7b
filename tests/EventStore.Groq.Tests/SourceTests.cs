using EventStore.Groq.Planning;

namespace EventStore.Groq.Tests;

/// <summary>What a query asks of a dataset.</summary>
public sealed class SourceTests
{
    private static readonly Dictionary<string, ReadOnlyMemory<byte>> Parameters = new()
    {
        ["type"] = "\"post\""u8.ToArray(),
        ["ids"] = """["a","b"]"""u8.ToArray(),
    };

    [Theory]
    [InlineData("*", "*[true]", true)]
    [InlineData("*[_type == $type]", "*[_type == \"post\"]", true)]
    [InlineData("*[\"post\" == _type && n > 3]", "*[(_type == \"post\" && n > 3)]", true)]
    [InlineData("*[3 < n]", "*[n > 3]", true)]
    [InlineData("*[_id in $ids]", "*[_id in [\"a\", \"b\"]]", true)]
    [InlineData("*[_id in path(\"drafts.**\")]", "*[_id in path(\"drafts.**\")]", true)]
    [InlineData("*[!(_id in path(\"drafts.**\"))][0..9]", "*[!(_id in path(\"drafts.**\"))][0...10]", true)]
    [InlineData("*[_type in [\"a\", \"b\"] && !(_id in [1, null])]", "*[(_type in [\"a\", \"b\"] && !(_id in [1, null]))]", true)]
    [InlineData("*[!(_id in path(1))]", "*[true]", false)]
    [InlineData("*[references(\"x\")][0...5]", "*[references([\"x\"])][0...5]", true)]
    [InlineData("*[slug.current == \"s\"][0]", "*[slug.current == \"s\"][0...1]", true)]
    [InlineData("*[flag]", "*[flag == true]", true)]
    [InlineData("*[!(_type == \"a\")]", "*[!(_type == \"a\")]", true)]
    [InlineData("*[!flag]", "*[true]", false)]
    [InlineData("*[n in 1..3]", "*[(n >= 1 && n <= 3)]", true)]
    [InlineData("*[title match \"a*\" && n == 1]", "*[n == 1]", false)]
    [InlineData("*[title match \"a*\" || n == 1]", "*[true]", false)]
    [InlineData("*[a == 1 || b == null]", "*[(a == 1 || b == null)]", true)]
    [InlineData("*[author->name == \"x\"]", "*[true]", false)]
    [InlineData("*[a == b]", "*[true]", false)]
    [InlineData("*[defined(a.b)] | order(c desc, _id)[0..9]{d}", "*[defined(a.b)] | order(c desc, _id asc)[0...10]", true)]
    [InlineData("*[a == 1] | order(lower(c))[0..9]", "*[a == 1]", true)]
    [InlineData("*[a match \"x\"] | order(c)[0..9]", "*[true] | order(c asc)", false)]
    [InlineData("*[a == 1][0..9][b == 2]", "*[a == 1][0...10]", true)]
    [InlineData("*[a == 1]{b}[b == 2]", "*[a == 1]", true)]
    [InlineData("*[a == 1][b == 2][-1]", "*[(a == 1 && b == 2)]", true)]
    [InlineData("*[publishedAt < now()]", "*[true]", false)]
    public void Filters_order_and_slice_are_found(string query, string expected, bool exact)
    {
        GroqSource source = GroqQuery.Parse(query, Parameters).Sources.ShouldHaveSingleItem();
        source.ToString().ShouldBe(expected);
        source.IsExact.ShouldBe(exact);
    }

    [Theory]
    [InlineData("*[a == 1]{b, \"x\": c.d, \"y\": @.e}", "a b c e")]
    [InlineData("*[a == 1] | order(o).b", "a b o")]
    [InlineData("*[a == 1]", null)]
    [InlineData("*[a == 1]{...}", null)]
    [InlineData("*[references(\"x\")]{b}", null)]
    [InlineData("*{b, \"n\": *[c == ^.d]{e}}", "b d")]
    public void Needed_attributes_are_found(string query, string? expected)
    {
        IReadOnlyCollection<string>? attributes = GroqQuery.Parse(query).Sources[0].Attributes;
        (attributes is null ? null : string.Join(' ', attributes.Order(StringComparer.Ordinal))).ShouldBe(expected);
    }

    [Fact]
    public void A_join_asks_with_the_values_of_its_outer_document()
    {
        var dataset = new RecordingDataset(["""{"_id":"a","n":1}""", """{"_id":"b","n":2}"""]);
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        GroqQuery.Parse("*{\"m\": *[n == ^.n && _type == \"x\"]}").Evaluate(new GroqContext { Dataset = dataset }, output);
        dataset.Asked.ShouldBe(["*[true]", "*[(n == 1 && _type == \"x\")]", "*[(n == 2 && _type == \"x\")]"]);
    }

    [Fact]
    public void A_subquery_that_is_always_the_same_is_asked_once()
    {
        var dataset = new RecordingDataset(["""{"_id":"a","n":1}""", """{"_id":"b","n":2}"""]);
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        GroqQuery.Parse("*[_id in *[n > 1]._id]").Evaluate(new GroqContext { Dataset = dataset }, output);
        dataset.Asked.ShouldBe(["*[true]", "*[n > 1]"]);
    }

    private sealed class RecordingDataset(string[] documents) : IGroqDataset
    {
        private readonly GroqMemoryDataset inner =
            new(documents.Select(document => new GroqDocument(System.Text.Encoding.UTF8.GetBytes(document))));

        public List<string> Asked { get; } = [];

        public IEnumerable<GroqDocument> Read(GroqSource source)
        {
            Asked.Add(source.ToString());
            return inner.Read(source);
        }

        public GroqDocument? Find(string id) => inner.Find(id);

        public void Prefetch(IReadOnlyCollection<string> ids) => inner.Prefetch(ids);
    }
}
