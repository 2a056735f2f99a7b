using System.Text;

namespace EventStore.Mendoza.Tests;

public sealed class HostileInputTests
{
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
