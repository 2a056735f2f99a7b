using System.Buffers;
using System.Globalization;
using System.Text;

namespace EventStore.Mendoza.Tests;

public sealed class HostileInputTests
{
    private const int Seed = 20261122;

    [Fact]
    public void Random_and_damaged_patches_give_a_result_or_a_typed_error()
    {
        var generator = new JsonModelGenerator(new Random(Seed));
        var editor = new JsonModelEditor(generator);
        int applied = 0;
        var codes = new HashSet<MendozaErrorCode>();
        for (int i = 0; i < 20_000; i++)
        {
            (JsonModel first, JsonModel second) = editor.Pair();
            byte[] left = first.Canonical();
            byte[] patch = (i % 4) switch
            {
                0 => RandomProgram(generator),
                1 => DamagedTokens(generator, MendozaDiff.Create(left, second.Canonical()).Apply),
                2 => DamagedBytes(generator.Random, MendozaDiff.Create(left, second.Canonical()).Apply),
                _ => MendozaDiff.Create(second.Canonical(), left).Apply,
            };
            var output = new ArrayBufferWriter<byte>();
            bool done = MendozaPatch.TryApply(left, patch, output, out MendozaError error);
            codes.Add(error.Code);
            string about = $"seed {Seed}, case {i}: {Encoding.UTF8.GetString(patch)}";
            (error.Code == MendozaErrorCode.None).ShouldBe(done, about);
            if (!done)
            {
                output.WrittenCount.ShouldBe(0, about);
                continue;
            }
            applied++;
            MendozaPatch.TryValidate(patch, out _).ShouldBeTrue(about);
            CanonicalJson.Canonicalize(output.WrittenSpan, JsonLimits.Default).AsSpan()
                .SequenceEqual(output.WrittenSpan).ShouldBeTrue(about);
        }
        applied.ShouldBeGreaterThan(1000);
        codes.Count.ShouldBeGreaterThan(9);
    }

    [Fact]
    public void Large_and_deep_documents_are_diffed_within_the_work_bound()
    {
        Check(Numbers(100_000, i => i), Numbers(100_000, i => i * 7 % 100_003));
        Check(Numbers(100_000, _ => 1), Numbers(100_001, _ => 1));
        Check(Objects(800, 1), Objects(800, 2));
        Check(Objects(20_000, 1), Objects(20_000, 3));
        Check(Nested(999, 1), Nested(999, 2));
        Check(Nested(400, 1), Nested(399, 1));
        Check(Texts(200_000, 1), Texts(200_000, 2));
        Check(Fields(50_000, 0), Fields(50_000, 25_000));
        Check(Ambiguous(9, 1), Ambiguous(9, 2));
    }

    [Fact]
    public void A_long_run_is_kept_in_slices_that_every_patcher_can_take()
    {
        byte[] left = Numbers(120_000, i => i);
        byte[] right = Encoding.UTF8.GetBytes("[\"first\"," + Encoding.UTF8.GetString(left)[1..]);
        MendozaPatchPair patches = DiffTests.RoundTrip(left, right, "long run");
        Encoding.UTF8.GetString(patches.Apply).ShouldBe("[2,20,\"first\",21,0,50000,21,50000,100000,21,100000,120000]");
    }

    private static void Check(byte[] left, byte[] right)
    {
        // On a stack smaller than a server's threads have: depth must end in a larger patch, not in a crash.
        Exception? failure = null;
        var thread = new Thread(
            () => failure = Record.Exception(() => DiffTests.RoundTrip(left, right, "on a small stack")), 256 * 1024);
        thread.Start();
        thread.Join();
        failure.ShouldBeNull();
    }

    private static byte[] RandomProgram(JsonModelGenerator generator)
    {
        Random random = generator.Random;
        var text = new StringBuilder("[");
        for (int i = random.Next(12); i > 0; i--)
        {
            int operation = random.Next(25);
            text.Append(text.Length == 1 ? "" : ",").Append(operation);
            foreach (char parameter in Parameters(operation))
            {
                text.Append(',').Append(parameter switch
                {
                    'i' => random.Next(5).ToString(CultureInfo.InvariantCulture),
                    's' => Encoding.UTF8.GetString(new JsonModel.Text(generator.Text(2)).Canonical()),
                    _ => Encoding.UTF8.GetString(generator.Value(2).Canonical()),
                });
            }
        }
        return Encoding.UTF8.GetBytes(text.Append(']').ToString());
    }

    private static string Parameters(int operation) => operation switch
    {
        0 or 20 => "v",
        4 or 14 or 22 => "s",
        6 or 7 or 8 or 10 or 11 or 12 or 13 or 18 or 19 => "i",
        17 => "vs",
        21 or 23 => "ii",
        _ => "",
    };

    private static byte[] DamagedTokens(JsonModelGenerator generator, byte[] patch)
    {
        using var program = System.Text.Json.JsonDocument.Parse(patch);
        List<string> tokens = [.. program.RootElement.EnumerateArray().Select(token => token.GetRawText())];
        for (int i = generator.Random.Next(1, 4); i > 0 && tokens.Count > 0; i--)
        {
            int at = generator.Random.Next(tokens.Count);
            switch (generator.Random.Next(4))
            {
                case 0:
                    tokens.RemoveAt(at);
                    break;
                case 1:
                    tokens.Insert(at, generator.Random.Next(24).ToString(CultureInfo.InvariantCulture));
                    break;
                case 2:
                    tokens.RemoveRange(at, tokens.Count - at);
                    break;
                default:
                    tokens[at] = Encoding.UTF8.GetString(generator.Value(1).Canonical());
                    break;
            }
        }
        return Encoding.UTF8.GetBytes("[" + string.Join(',', tokens) + "]");
    }

    private static byte[] DamagedBytes(Random random, byte[] patch)
    {
        byte[] damaged = patch[..random.Next(1, patch.Length + 1)];
        damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
        return damaged;
    }

    private static byte[] Numbers(int count, Func<int, int> value) =>
        Encoding.UTF8.GetBytes("[" + string.Join(',', Enumerable.Range(0, count).Select(value)) + "]");

    private static byte[] Objects(int count, int value) =>
        Encoding.UTF8.GetBytes(
            "[" + string.Join(',', Enumerable.Range(0, count).Select(i => $"{{\"v\":{i * value}}}")) + "]");

    private static byte[] Nested(int depth, int value) => Encoding.UTF8.GetBytes(
        string.Concat(Enumerable.Range(0, depth).Select(i => i % 2 == 0 ? "{\"a\":\"x\",\"v\":" : "[0,")) + value
        + string.Concat(Enumerable.Range(0, depth).Reverse().Select(i => i % 2 == 0 ? "}" : "]")));

    private static byte[] Texts(int length, int step) =>
        Encoding.UTF8.GetBytes(
            "{\"t\":\"" + string.Concat(Enumerable.Range(0, length).Select(i => (char)('a' + i * step % 7))) + "\"}");

    private static byte[] Fields(int count, int from) => Encoding.UTF8.GetBytes(
        "{" + string.Join(',', Enumerable.Range(from, count).Select(i => $"\"{i:d6}\":\"value {i}\"")) + "}");

    /// <summary>
    /// Arrays of arrays of objects that are all alike, so that every element could be made from every other.
    /// </summary>
    private static byte[] Ambiguous(int depth, int value)
    {
        string text = $"{{\"a\":{value},\"b\":\"some text that is the same everywhere\"}}";
        for (int i = 0; i < depth; i++)
        {
            text = $"[{text},{text.Replace(":" + value, ":" + (value + i + 5), StringComparison.Ordinal)},{text}]";
        }
        return Encoding.UTF8.GetBytes(text);
    }
}
