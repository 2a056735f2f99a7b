using System.Buffers;
using System.Globalization;
using System.Text;

namespace EventStore.Mendoza.Tests;

public sealed class ApplyCostTests
{
    private const int Seed = 20261124;

    [Fact]
    public void Applying_allocates_nothing_once_it_runs()
    {
        var editor = new JsonModelEditor(new JsonModelGenerator(new Random(Seed)));
        var cases = new List<(byte[] Left, byte[] Patch)>();
        for (int i = 0; i < 1_000; i++)
        {
            (JsonModel left, JsonModel right) = editor.Pair();
            cases.Add((left.Canonical(), MendozaDiff.Create(left.Canonical(), right.Canonical()).Apply));
        }
        byte[] large = Encoding.UTF8.GetBytes(Fields(3_000));
        large.Length.ShouldBeInRange(50 * 1024, 64 * 1024);
        cases.Add((large, Encoding.UTF8.GetBytes("[17,1,\"f001000x\",19,2000,10,2500,22,\"more\",15]")));

        var output = new ArrayBufferWriter<byte>(256 * 1024);
        using var chain = new MendozaChain();
        Run();
        Run();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 5; i++)
        {
            Run();
        }
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);

        void Run()
        {
            foreach ((byte[] left, byte[] patch) in cases)
            {
                output.ResetWrittenCount();
                MendozaPatch.Apply(left, patch, output);
                MendozaPatch.Apply(left, patch, output, PatchTrust.Trusted);
                chain.Reset(left);
                chain.Apply(patch);
                chain.WriteTo(output);
            }
        }
    }

    [Fact]
    public void A_chain_of_edits_to_a_wide_object_stays_bounded()
    {
        const int Width = 20_000;
        string document = Fields(Width);
        var patches = Enumerable.Range(0, 500).Select(i => i % 2 == 0
            ? $"[17,{i},\"f{i * 31 % Width:d6}\"]"
            : $"[17,{i},\"g{i * 31 % Width:d6}\",19,{i * 7}]");
        Follow(document, patches);
    }

    [Fact]
    public void A_chain_of_edits_to_a_wide_array_stays_bounded()
    {
        const int Width = 20_000;
        string document = "[" + string.Join(',', Enumerable.Range(0, Width)) + "]";
        var patches = Enumerable.Range(0, 500).Select(i =>
        {
            int at = i * 31 % Width;
            return $"[2,21,0,{at},20,\"edit {i}\",21,{at + 1},{Width}]";
        });
        Follow(document, patches);
    }

    [Fact]
    public void A_chain_of_appends_to_a_string_stays_bounded()
    {
        int length = 100_000;
        var patches = Enumerable.Range(0, 500).Select(i =>
        {
            int at = i * 7_919 % 90_000;
            string edit = $"[11,0,23,0,{at},22,\"x\\n\",23,{at + 2},{length},15]";
            length += i % 3 == 0 ? 0 : "more\n".Length;
            return i % 3 == 0 ? edit : "[10,0,22,\"more\\n\",15]";
        });
        Follow("{\"t\":\"" + new string('a', length) + "\"}", patches);
    }

    [Fact]
    public void Many_operations_on_what_many_patches_have_built_cost_as_little_as_on_text()
    {
        // A container of many entries, then a patch that enters it over and over: each time all of them are copied,
        // unless the chain goes back to text.
        string build = "[10,0" + string.Concat(Enumerable.Range(0, 20_000).Select(i => $",17,{i},\"g{i:d6}\"")) + ",15]";
        string enter = "[" + string.Join(',', Enumerable.Repeat("10,0,17,1,\"h\",15", 20_000)) + "]";
        string array = "[11,1" + string.Concat(Enumerable.Range(0, 20_000).Select(i => $",20,{i},21,0,1")) + ",15]";
        string slices = "[11,1" + string.Concat(Enumerable.Repeat(",21,0,30000", 10)) + ",15" + string.Concat(
            Enumerable.Repeat(",11,1,21,0,30000,15", 5_000)) + "]";
        Follow("{\"a\":{},\"b\":[0]}", [build, enter, array, slices]);
    }

    /// <summary>Single applies are tested elsewhere; here they say what is right now and then.</summary>
    private static void Follow(string document, IEnumerable<string> patches)
    {
        byte[] state = Encoding.UTF8.GetBytes(document);
        using var chain = new MendozaChain(state);
        long most = 0;
        int count = 0;
        foreach (string patch in patches)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(patch);
            chain.Apply(bytes);
            most = Math.Max(most, chain.RentedBytes);
            state = MendozaPatch.Apply(state, bytes);
            if (count++ % 100 == 0)
            {
                chain.ToArray().AsSpan().SequenceEqual(state).ShouldBeTrue(count.ToString(CultureInfo.InvariantCulture));
            }
        }
        chain.ToArray().AsSpan().SequenceEqual(state).ShouldBeTrue();
        most.ShouldBeLessThan((16L * Math.Max(document.Length, state.Length)) + (4 * 1024 * 1024));
    }

    private static string Fields(int count) =>
        "{" + string.Join(',', Enumerable.Range(0, count).Select(i => $"\"f{i:d6}\":\"v{i}\"")) + "}";
}
