using System.Buffers;
using System.Text;

namespace EventStore.Mendoza.Tests;

public sealed class CanonicalJsonTests
{
    private const int Seed = 20261121;

    [Fact]
    public void Any_spelling_of_a_value_becomes_its_one_canonical_spelling()
    {
        var generator = new JsonModelGenerator(new Random(Seed));
        for (int i = 0; i < 20_000; i++)
        {
            JsonModel model = generator.Value(5);
            byte[] messy = model.Messy(generator.Random);
            string canonical = Text(CanonicalJson.Canonicalize(messy, JsonLimits.Default));
            canonical.ShouldBe(Text(model.Canonical()), $"seed {Seed}, case {i}: {Text(messy)}");
        }
    }

    [Fact]
    public void Canonical_text_is_its_own_canonical_form()
    {
        var generator = new JsonModelGenerator(new Random(Seed + 1));
        for (int i = 0; i < 5_000; i++)
        {
            byte[] canonical = generator.Value(6).Canonical();
            var output = new ArrayBufferWriter<byte>();
            CanonicalJson.Canonicalize(canonical, output, JsonLimits.Default);
            output.WrittenSpan.SequenceEqual(canonical).ShouldBeTrue($"seed {Seed + 1}, case {i}");
        }
    }

    [Theory]
    [InlineData("{\"b\":1,\"a\":2}", "{\"a\":2,\"b\":1}")]
    [InlineData("{\"\\uFF21\":1,\"\\ud83d\\ude00\":2,\"z\":3}", "{\"z\":3,\"Ａ\":1,\"😀\":2}")]
    [InlineData("{\"a!\":1,\"a\\n\":2,\"a\":3}", "{\"a\":3,\"a\\n\":2,\"a!\":1}")]
    [InlineData("{\"a\\u001f\":1,\"a\\u0001\":2,\"a\\t\":3}", "{\"a\\u0001\":2,\"a\\t\":3,\"a\\u001f\":1}")]
    [InlineData("{\"\\\\\\\\a\":1,\"\\\\\\\\\\n\":2}", "{\"\\\\\\\\\\n\":2,\"\\\\\\\\a\":1}")]
    [InlineData("\"\\u0041\\/\\u001F\\u0008\\u007f\\u2028\"", "\"A/\\u001f\\b\u007f\u2028\"")]
    [InlineData(" [ 1.0 , 1e0 ,\t-0 , 1E+2 ]\r\n", "[1.0,1e0,-0,1E+2]")]
    [InlineData("{\"z\":{\"y\":[{\"b\":1,\"a\":1}],\"x\":0}}", "{\"z\":{\"x\":0,\"y\":[{\"a\":1,\"b\":1}]}}")]
    public void Known_spellings(string json, string canonical) =>
        Text(CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(json), JsonLimits.Default)).ShouldBe(canonical);

    [Theory]
    [InlineData("", JsonFault.Syntax, 0)]
    [InlineData("  ", JsonFault.Syntax, 2)]
    [InlineData("\uFEFF{}", JsonFault.Syntax, 0)]
    [InlineData("{\"a\":1,}", JsonFault.Syntax, 7)]
    [InlineData("[1,]", JsonFault.Syntax, 3)]
    [InlineData("[1 2]", JsonFault.Syntax, 3)]
    [InlineData("[1}", JsonFault.Syntax, 2)]
    [InlineData("{\"a\" 1}", JsonFault.Syntax, 5)]
    [InlineData("{a:1}", JsonFault.Syntax, 1)]
    [InlineData("{", JsonFault.Syntax, 1)]
    [InlineData("\"abc", JsonFault.Syntax, 4)]
    [InlineData("\"a\tb\"", JsonFault.Syntax, 2)]
    [InlineData("\"\\x\"", JsonFault.Syntax, 1)]
    [InlineData("\"\\u12g4\"", JsonFault.Syntax, 1)]
    [InlineData("\"\\u12", JsonFault.Syntax, 1)]
    [InlineData("\"\\", JsonFault.Syntax, 1)]
    [InlineData("nul", JsonFault.Syntax, 0)]
    [InlineData("NaN", JsonFault.Syntax, 0)]
    [InlineData("01", JsonFault.Syntax, 0)]
    [InlineData("-", JsonFault.Syntax, 1)]
    [InlineData("1.", JsonFault.Syntax, 2)]
    [InlineData(".5", JsonFault.Syntax, 0)]
    [InlineData("1e+", JsonFault.Syntax, 3)]
    [InlineData("+1", JsonFault.Syntax, 0)]
    [InlineData("1 2", JsonFault.TrailingData, 2)]
    [InlineData("{}x", JsonFault.TrailingData, 2)]
    [InlineData("\"\\ud800\"", JsonFault.LoneSurrogate, 1)]
    [InlineData("\"\\udc00\"", JsonFault.LoneSurrogate, 1)]
    [InlineData("\"\\ud800\\ud800\"", JsonFault.LoneSurrogate, 1)]
    [InlineData("\"\\ud800x\"", JsonFault.LoneSurrogate, 1)]
    [InlineData("1e400", JsonFault.NumberOutOfRange, 0)]
    [InlineData("[-1E999999999]", JsonFault.NumberOutOfRange, 1)]
    [InlineData("{\"a\":1,\"a\":2}", JsonFault.DuplicateKey, 7)]
    [InlineData("{\"a\":1,\"b\":2,\"\\u0061\":3}", JsonFault.DuplicateKey, 13)]
    [InlineData("{\"\\n\":1,\"\\u000a\":2}", JsonFault.DuplicateKey, 8)]
    [InlineData("{\"b\":1,\"a\":2,\"b\":3}", JsonFault.DuplicateKey, 13)]
    public void Faults_are_named_with_their_offset(string json, JsonFault fault, int offset)
    {
        var thrown = Should.Throw<JsonFormatException>(
            () => CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(json), JsonLimits.Default));
        (thrown.Fault, thrown.Offset).ShouldBe((fault, offset));
        thrown.Message.ShouldContain($"at byte {offset}");
    }

    [Theory]
    [InlineData(new byte[] { 0x22, 0xC3, 0x22 }, 1)]
    [InlineData(new byte[] { 0x22, 0xC0, 0x80, 0x22 }, 1)]
    [InlineData(new byte[] { 0x22, 0x61, 0xED, 0xA0, 0x80, 0x22 }, 2)]
    [InlineData(new byte[] { 0x22, 0xF4, 0x90, 0x80, 0x80, 0x22 }, 1)]
    public void Invalid_utf8_is_refused(byte[] json, int offset)
    {
        var thrown = Should.Throw<JsonFormatException>(() => CanonicalJson.Canonicalize(json, JsonLimits.Default));
        (thrown.Fault, thrown.Offset).ShouldBe((JsonFault.InvalidUtf8, offset));
    }

    [Fact]
    public void Limits_are_exact()
    {
        byte[] deepest = Encoding.UTF8.GetBytes(new string('[', 10) + new string(']', 10));
        byte[] longest = Encoding.UTF8.GetBytes(new string('1', 20));
        Fault(deepest, new JsonLimits { MaxDepth = 10 }).ShouldBeNull();
        Fault(deepest, new JsonLimits { MaxDepth = 9 }).ShouldBe(JsonFault.TooDeep);
        Fault(longest, new JsonLimits { MaxNumberLength = 20 }).ShouldBeNull();
        Fault(longest, new JsonLimits { MaxNumberLength = 19 }).ShouldBe(JsonFault.NumberTooLong);
        var strict = new JsonLimits { RejectPrototypeKey = true };
        Fault("{\"__proto__\":1}"u8, JsonLimits.Default).ShouldBeNull();
        Fault("{\"__proto__\":1}"u8, strict).ShouldBe(JsonFault.PrototypeKey);
        Fault("{\"_\\u005fproto__\":1}"u8, strict).ShouldBe(JsonFault.PrototypeKey);
        Fault("{\"a\":\"__proto__\"}"u8, strict).ShouldBeNull();
        Fault(Encoding.UTF8.GetBytes(new string('9', 400)), JsonLimits.Default).ShouldBe(JsonFault.NumberOutOfRange);
        Fault(Encoding.UTF8.GetBytes("0." + new string('9', 400)), JsonLimits.Default).ShouldBeNull();
    }

    [Fact]
    public void Every_truncation_and_mutation_is_a_result_or_a_typed_fault()
    {
        var generator = new JsonModelGenerator(new Random(Seed + 2));
        for (int i = 0; i < 20_000; i++)
        {
            byte[] json = generator.Value(4).Messy(generator.Random);
            json = json[..generator.Random.Next(json.Length + 1)];
            if (json.Length > 0)
            {
                json[generator.Random.Next(json.Length)] = (byte)generator.Random.Next(256);
            }
            if (Fault(json, JsonLimits.Default) is null)
            {
                byte[] canonical = CanonicalJson.Canonicalize(json, JsonLimits.Default);
                CanonicalJson.Canonicalize(canonical, JsonLimits.Default)
                    .ShouldBe(canonical, $"seed {Seed + 2}, case {i}");
            }
        }
    }

    [Fact]
    public void Wide_and_deep_documents_out_of_order_are_put_in_order()
    {
        var wide = new Dictionary<string, JsonModel>();
        for (int i = 0; i < 100_000; i++)
        {
            wide["key-" + i.ToString(System.Globalization.CultureInfo.InvariantCulture)] = new JsonModel.Literal("1");
        }
        JsonModel document = new JsonModel.Object(wide);
        for (int depth = 0; depth < 900; depth++)
        {
            document = new JsonModel.Object(
                new Dictionary<string, JsonModel> { ["b"] = document, ["a"] = new JsonModel.Text("x") });
        }
        byte[] canonical = CanonicalJson.Canonicalize(document.Messy(new Random(Seed)), JsonLimits.Default);
        canonical.SequenceEqual(document.Canonical()).ShouldBeTrue();
        byte[] unclosed = Encoding.UTF8.GetBytes(new string('[', 1_000_000));
        Fault(unclosed, new JsonLimits { MaxDepth = int.MaxValue }).ShouldBe(JsonFault.Syntax);
    }

    private static string Text(byte[] json) => Encoding.UTF8.GetString(json);

    private static JsonFault? Fault(ReadOnlySpan<byte> json, JsonLimits limits)
    {
        try
        {
            CanonicalJson.Canonicalize(json, limits);
            return null;
        }
        catch (JsonFormatException fault)
        {
            return fault.Fault;
        }
    }
}
