using System.Text;
using EventStore.Log.Projections.Attributes;
using Xunit.Abstractions;

namespace EventStore.Log.Tests.Projections;

/// <summary>The order of forms is the order of values, and ranges hold what they say.</summary>
public sealed class AttributeValueTests(ITestOutputHelper output)
{
    private static readonly AttributePath Path = new(["value"]);
    private static readonly IndexedPath[] Paths = [new(AttributeKeys.FirstPath, Path, null)];

    [Fact]
    public void Forms_are_ordered_like_values()
    {
        var random = Seeded();
        for (var round = 0; round < 20_000; round++)
        {
            var (one, other) = (RandomValue(random), RandomValue(random));
            var (first, second) = (Form(one), Form(other));
            var expected = Compare(one, other);
            var actual = Math.Sign(first.AsSpan().SequenceCompareTo(second));
            if (expected == 0 || actual != 0)
            {
                actual.ShouldBe(expected, $"{one} and {other}");
            }
            else
            {
                // Only what was cut may look equal.
                AttributeValues.IsCut(first).ShouldBeTrue($"{one} and {other}");
            }

            first.AsSpan().StartsWith(second).ShouldBe(first.Length == second.Length && actual == 0);
            AttributeValues.LengthOf([.. first, .. "some-id"u8]).ShouldBe(first.Length);
        }
    }

    [Fact]
    public void Ranges_hold_exactly_what_compares_so()
    {
        var random = Seeded();
        for (var round = 0; round < 20_000; round++)
        {
            var (value, bound) = (RandomValue(random), RandomValue(random));
            foreach (var (range, holds) in Ranges(bound))
            {
                var form = Form(value);
                var isIn = form.AsSpan().SequenceCompareTo(range.From) >= 0 && form.AsSpan().SequenceCompareTo(range.To) < 0;
                var isWanted = bound.GetType() == value.GetType() && holds(Compare(value, bound));
                if (isWanted || range.IsExact)
                {
                    isIn.ShouldBe(isWanted, $"{value} against {bound}");
                }
            }
        }
    }

    [Theory]
    [InlineData("""{"value":{"a":1}}""")]
    [InlineData("""{"value":[1]}""")]
    public void What_has_no_order_is_defined(string document)
    {
        var form = FormOf(document);
        AttributeValues.IsUnordered(form).ShouldBeTrue();
        AttributeValues.Defined.To.AsSpan().SequenceCompareTo(form).ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData("""{"value":null}""")]
    [InlineData("""{"other":{"value":1}}""")]
    [InlineData("""{"other":[{"value":1}]}""")]
    public void What_is_null_or_missing_is_not_defined(string document) =>
        FormOf(document).ShouldBe(AttributeValues.Missing.From);

    [Fact]
    public void One_pass_finds_all_paths_and_references()
    {
        IndexedPath[] paths =
        [
            new(AttributeKeys.Existence, new(["_id"]), null),
            new(AttributeKeys.References, new(["_ref"]), null),
            new(3, new(["a", "b"]), null),
            new(4, new(["a"]), null),
            new(5, new(["c", "d"]), null),
            new(6, new(["e"]), "m"),
        ];
        const string document = """
            {"_type":"t","a":{"_ref":"x","b":7,"c":{"d":1}},"c":[{"_ref":"y","d":2},{"_ref":"y"},{"_ref":{"_ref":"z"}}],"e":"é\n"}
            """;
        using var entries = new AttributeEntries();
        new AttributeProjection(paths).Add(Encoding.UTF8.GetBytes(document), 9, "n", 2, entries);
        new AttributeProjection(paths).Add(Encoding.UTF8.GetBytes(document), 8, "m", 2, entries);
        entries.Sort();

        var keys = Enumerable.Range(0, entries.Count)
            .Where(index => entries.Document(index) == 9)
            .Select(index => (
                System.Buffers.Binary.BinaryPrimitives.ReadInt16BigEndian(entries.Key(index)),
                Convert.ToHexString(AttributeKeys.Value(entries.Key(index))),
                AttributeKeys.Id(entries.Key(index)).Value))
            .ToList();
        string Hex(AttributeRange range) => Convert.ToHexString(range.From);
        keys.ShouldBe(
        [
            (1, "", "n"),
            (2, Hex(AttributeValues.Equal("x")), "n"),
            (2, Hex(AttributeValues.Equal("y")), "n"),
            (2, Hex(AttributeValues.Equal("z")), "n"),
            (3, Hex(AttributeValues.Equal(7)), "n"),
            (4, Hex(AttributeValues.Unordered[0]), "n"),
            (5, Hex(AttributeValues.Missing), "n"),
        ]);

        // A path that is being built has those up to its end only.
        (entries.Count - keys.Count).ShouldBe(keys.Count + 1);
    }

    private static IEnumerable<(AttributeRange Range, Func<int, bool> Holds)> Ranges(object bound)
    {
        switch (bound)
        {
            case double number:
                yield return (AttributeValues.Equal(number), order => order == 0);
                yield return (AttributeValues.Below(number, false), order => order < 0);
                yield return (AttributeValues.Below(number, true), order => order <= 0);
                yield return (AttributeValues.Above(number, false), order => order > 0);
                yield return (AttributeValues.Above(number, true), order => order >= 0);
                break;
            case string text:
                yield return (AttributeValues.Equal(text), order => order == 0);
                yield return (AttributeValues.Below(text, false), order => order < 0);
                yield return (AttributeValues.Below(text, true), order => order <= 0);
                yield return (AttributeValues.Above(text, false), order => order > 0);
                yield return (AttributeValues.Above(text, true), order => order >= 0);
                break;
            default:
                yield return (AttributeValues.Equal((bool)bound), order => order == 0);
                break;
        }
    }

    /// <summary>As the query language orders them.</summary>
    private static int Compare(object one, object other) => (one, other) switch
    {
        (double a, double b) => a.CompareTo(b),
        (string a, string b) => Math.Sign(Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b))),
        (bool a, bool b) => a.CompareTo(b),
        _ => Rank(one).CompareTo(Rank(other)),
    };

    private static int Rank(object value) => value switch { double => 0, string => 1, _ => 2 };

    private static object RandomValue(Random random) => random.Next(12) switch
    {
        0 => random.Next(2) == 0,
        1 => 0.0,
        2 => -0.0,
        3 => (double)random.Next(-3, 4),
        4 => random.NextDouble() * Math.Pow(10, random.Next(-300, 300)) * (random.Next(2) == 0 ? 1 : -1),
        5 => double.Epsilon,
        6 => string.Concat(Enumerable.Repeat("ab", 31)) + RandomText(random, 4),
        7 => new string('\u0001', 63) + RandomText(random, 3),
        _ => RandomText(random, 5),
    };

    private static string RandomText(Random random, int length)
    {
        string[] letters = ["a", "b", "\0", "\u0001", "\u0002", "é", "\uffff", "👩", "\"", "\\"];
        return string.Concat(Enumerable.Range(0, random.Next(length)).Select(_ => letters[random.Next(letters.Length)]));
    }

    private static byte[] Form(object value) => FormOf($$"""{"value":{{value switch
    {
        double number => number.ToString("R", System.Globalization.CultureInfo.InvariantCulture),
        bool truth => truth ? "true" : "false",
        _ => System.Text.Json.JsonSerializer.Serialize((string)value),
    }}}}""");

    private static byte[] FormOf(string document)
    {
        using var entries = new AttributeEntries();
        new AttributeProjection(Paths).Add(Encoding.UTF8.GetBytes(document), 1, "id", 1, entries);
        entries.Count.ShouldBe(1);
        AttributeKeys.Id(entries.Key(0)).Value.ShouldBe("id");
        return AttributeKeys.Value(entries.Key(0)).ToArray();
    }

    private Random Seeded()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed={seed}");
        return new(seed);
    }
}
