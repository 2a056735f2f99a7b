using System.Buffers;
using System.Diagnostics;
using System.Text;
using Xunit.Abstractions;

namespace EventStore.Mendoza.Tests;

/// <summary>Patches that nobody would write. How long the slowest one took is printed, and not asserted.</summary>
public sealed class HostilePatchTests(ITestOutputHelper console)
{
    private const int Seed = 20261122;

    [Fact]
    public void Random_and_damaged_patches_give_a_typed_error_or_the_result_of_the_format() => Run(Seed, 50_000);

    [LongFact]
    public void A_million_random_and_damaged_patches_give_a_typed_error_or_the_result_of_the_format()
    {
        for (int i = 1; i <= 20; i++)
        {
            Run(Seed + i, 50_000);
        }
    }

    [Fact]
    public void Patches_that_break_the_promise_of_trust_end_in_a_document_or_a_typed_error()
    {
        var generator = new JsonModelGenerator(new Random(Seed));
        var editor = new JsonModelEditor(generator);
        var patches = new RandomPatches(generator);
        int applied = 0;
        var output = new ArrayBufferWriter<byte>();
        using var chain = new MendozaChain();
        for (int i = 0; i < 30_000; i++)
        {
            (JsonModel first, JsonModel second) = editor.Pair();
            byte[] left = first.Canonical();
            byte[] patch = MendozaDiff.Create(left, second.Canonical()).Apply;
            byte[] damaged = i % 2 == 0 ? patches.DamagedBytes(patch) : [.. patch, .. patches.DamagedBytes(patch)];
            output.ResetWrittenCount();
            bool single = MendozaPatch.TryApply(left, damaged, output, out MendozaError error, PatchTrust.Trusted);
            output.WrittenCount.ShouldBe(single ? output.WrittenCount : 0);
            chain.Reset(left);
            bool chained = chain.TryApply(damaged, out MendozaError chainError, PatchTrust.Trusted);
            (chained, chainError).ShouldBe((single, error), $"seed {Seed}, case {i}: {Encoding.UTF8.GetString(damaged)}");
            // Whatever it stands at now must be safe to work on.
            for (int more = 0; more < 3; more++)
            {
                chain.TryApply(patches.Program(), out _);
                chain.TryApply(patch, out _, PatchTrust.Trusted);
            }
            chain.ToArray().Length.ShouldBe(chain.Length);
            applied += single ? 1 : 0;
        }
        applied.ShouldBeGreaterThan(1000);
    }

    private void Run(int seed, int count)
    {
        var generator = new JsonModelGenerator(new Random(seed));
        var editor = new JsonModelEditor(generator);
        var patches = new RandomPatches(generator);
        var output = new ArrayBufferWriter<byte>();
        var codes = new HashSet<MendozaErrorCode>();
        int applied = 0;
        var slowest = TimeSpan.Zero;
        using var chain = new MendozaChain();
        for (int i = 0; i < count; i++)
        {
            (JsonModel left, JsonModel second) = editor.Pair();
            chain.Reset(left.Canonical());
            // The same chain goes on with patches of every kind, so that they meet what others have built.
            for (int step = 0; step < 3; step++, i++)
            {
                byte[] patch = Make(patches, generator.Random.Next(4), left.Canonical(), second.Canonical());
                string about = $"seed {seed}, case {i}, step {step}: {Encoding.UTF8.GetString(patch)}";
                output.ResetWrittenCount();
                byte[] text = left.Canonical();
                long start = Stopwatch.GetTimestamp();
                bool done = MendozaPatch.TryApply(text, patch, output, out MendozaError error);
                TimeSpan single = Stopwatch.GetElapsedTime(start);
                bool chained = chain.TryApply(patch, out MendozaError chainError);
                TimeSpan both = Stopwatch.GetElapsedTime(start);
                slowest = new[] { slowest, single, both - single }.Max();
                (done, chainError).ShouldBe((chained, error), about);
                JsonModel? right = error.Code == MendozaErrorCode.MalformedPatch
                    ? null
                    : ReferenceMachine.Apply(left, patch);
                codes.Add(error.Code);
                (right is not null).ShouldBe(done, about);
                output.WrittenSpan.SequenceEqual(right?.Canonical()).ShouldBeTrue(about);
                left = right ?? left;
                chain.Length.ShouldBe(left.Canonical().Length, about);
                chain.ToArray().AsSpan().SequenceEqual(left.Canonical()).ShouldBeTrue(about);
                applied += done ? 1 : 0;
            }
        }
        applied.ShouldBeGreaterThan(count / 10);
        codes.Count.ShouldBeGreaterThan(9);
        console.WriteLine($"seed {seed}: {count} patches, the slowest in {slowest.TotalMilliseconds:f2} ms");
    }

    private static byte[] Make(RandomPatches patches, int kind, byte[] left, byte[] second) => kind switch
    {
        0 => patches.Program(),
        1 => patches.DamagedTokens(MendozaDiff.Create(left, second).Apply),
        2 => patches.DamagedBytes(MendozaDiff.Create(left, second).Apply),
        _ => MendozaDiff.Create(left, second).Apply,
    };
}
