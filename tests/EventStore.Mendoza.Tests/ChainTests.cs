using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace EventStore.Mendoza.Tests;

public sealed class ChainTests
{
    private static readonly Arbitrary<int> Seeds = Gen.Choose(0, int.MaxValue).ToArbitrary();

    [Fact]
    public void A_chain_and_its_squash_lead_where_its_patches_lead_one_by_one() => Check(LeadsToTheSame, 2_000);

    [Fact]
    public void A_long_chain_agrees_with_its_patches_one_by_one_at_every_revision() => Check(AgreesThroughout, 60);

    [LongFact]
    public void Many_chains_and_their_squashes_lead_where_their_patches_lead_one_by_one()
    {
        Check(LeadsToTheSame, 200_000);
        Check(AgreesThroughout, 5_000);
    }

    [Fact]
    public void A_chain_knows_whether_there_is_a_document_and_survives_a_patch_that_does_not_fit()
    {
        using var chain = new MendozaChain();
        chain.IsNull.ShouldBeTrue();
        chain.Length.ShouldBe(4);
        chain.Apply("[0,{\"a\":1}]"u8);
        chain.IsNull.ShouldBeFalse();
        Should.Throw<MendozaException>(() => chain.Apply("[17,2,\"a\",10,5]"u8))
            .Error.Code.ShouldBe(MendozaErrorCode.OutOfRange);
        chain.ToArray().ShouldBe("{\"a\":1}"u8.ToArray());
        chain.Apply("[0,null]"u8);
        chain.IsNull.ShouldBeTrue();
        chain.Reset("[1]"u8.ToArray());
        chain.ToArray().ShouldBe("[1]"u8.ToArray());
        chain.Reset(default);
        chain.IsNull.ShouldBeTrue();
        chain.Dispose();
        chain.IsNull.ShouldBeTrue();
        chain.Apply("[0,[]]"u8);
        chain.ToArray().ShouldBe("[]"u8.ToArray());
    }

    [Theory]
    [InlineData("[]", "[2,21,0,0]", "[]")]
    [InlineData("[1]", "[2,21,1,1,20,2,21,0,0]", "[2]")]
    [InlineData("\"\"", "[2,23,0,0]", "\"\"")]
    [InlineData("\"å\"", "[2,23,2,2,22,\"b\",23,0,0]", "\"b\"")]
    [InlineData("{}", "[17,1,\"a\",17,2,\"a\"]", "{\"a\":2}")]
    [InlineData("{\"a\":1}", "[19,0]", "{}")]
    [InlineData("null", "[17,1,\"a\"]", "{\"a\":1}")]
    public void Empty_values_and_slices_are_values_too(string left, string patch, string right)
    {
        byte[] program = Encoding.UTF8.GetBytes(patch);
        Exception? failure = null;
        // A fresh thread and a fresh chain, which nothing has been read into.
        var thread = new Thread(() => failure = Record.Exception(() =>
        {
            Encoding.UTF8.GetString(MendozaPatch.Apply(Encoding.UTF8.GetBytes(left), program)).ShouldBe(right);
            using var chain = new MendozaChain(Encoding.UTF8.GetBytes(left));
            chain.Apply(program);
            Encoding.UTF8.GetString(chain.ToArray()).ShouldBe(right);
        }));
        thread.Start();
        thread.Join();
        failure.ShouldBeNull();
    }

    [Fact]
    public void Patches_may_be_overwritten_once_applied()
    {
        byte[] patch = "[17,\"a long enough value\",\"b\"]"u8.ToArray();
        using var chain = new MendozaChain("{\"a\":1}"u8.ToArray());
        chain.Apply(patch);
        patch.AsSpan().Fill((byte)'x');
        Encoding.UTF8.GetString(chain.ToArray()).ShouldBe("{\"a\":1,\"b\":\"a long enough value\"}");
    }

    [Fact]
    public void A_compacted_chain_keeps_its_document_and_little_else()
    {
        using var chain = new MendozaChain("{\"a\":[1,2,3]}"u8.ToArray());
        for (int i = 0; i < 50; i++)
        {
            chain.Apply(Encoding.UTF8.GetBytes($"[17,{i},\"k{i:d2}\"]"));
        }
        byte[] before = chain.ToArray();
        long rented = chain.RentedBytes;
        chain.Compact();
        chain.ToArray().ShouldBe(before);
        chain.RentedBytes.ShouldBeLessThan(rented / 2);
        chain.Apply("[0,null]"u8);
        chain.Compact();
        chain.IsNull.ShouldBeTrue();
    }

    [Fact]
    public void Nesting_ends_at_the_limit_however_many_patches_it_takes()
    {
        using var chain = new MendozaChain("1"u8.ToArray());
        chain.Apply("[0,[]]"u8);
        for (int depth = 2; depth <= MendozaLimits.MaxDepth; depth++)
        {
            chain.Apply("[2,1,3]"u8);
        }
        chain.TryApply("[2,1,3]"u8, out MendozaError error).ShouldBeFalse();
        error.Code.ShouldBe(MendozaErrorCode.ResultTooDeep);
        chain.Length.ShouldBe(2 * MendozaLimits.MaxDepth);
        chain.Apply("[12,0,12,0,16,16]"u8);
        // Once more the element, and in it once more its own.
        int length = 2 * MendozaLimits.MaxDepth;
        chain.Length.ShouldBe(length + 1 + (length - 2) + 1 + (length - 4));
    }

    [Fact]
    public void Growth_ends_at_the_limit_however_many_patches_it_takes()
    {
        using var chain = new MendozaChain("[\"0123456789\"]"u8.ToArray());
        MendozaError error = default;
        int count = 1;
        while (chain.TryApply(Encoding.UTF8.GetBytes($"[2,21,0,{count},21,0,{count}]"), out error))
        {
            count *= 2;
        }
        error.Code.ShouldBe(MendozaErrorCode.ResultTooLarge);
        chain.Length.ShouldBeGreaterThan(MendozaLimits.MaxResultLength / 2 - 10);
    }

    private static void Check(Func<int, bool> property, int tests) =>
        Prop.ForAll(Seeds, property).Check(Config.QuickThrowOnFailure.WithMaxTest(tests));

    private static bool LeadsToTheSame(int seed)
    {
        var generator = new JsonModelGenerator(new Random(seed));
        var editor = new JsonModelEditor(generator);
        JsonModel model = editor.Pair().Left;
        byte[] first = model.Canonical();
        byte[] last = first;
        byte[] folded = first;
        var patches = new List<ReadOnlyMemory<byte>>();
        using var chain = new MendozaChain(first);
        for (int revision = generator.Random.Next(12); revision > 0; revision--)
        {
            model = editor.Next(model);
            byte[] next = model.Canonical();
            patches.Add(MendozaDiff.Create(last, next).Apply);
            chain.Apply(patches[^1].Span, PatchTrust.Trusted);
            folded = MendozaPatch.Apply(folded, patches[^1].Span);
            last = next;
        }
        var output = new ArrayBufferWriter<byte>();
        chain.WriteTo(output);
        byte[] squashed = MendozaPatch.Squash(first, patches);
        return chain.Length == last.Length
            && output.WrittenSpan.SequenceEqual(last)
            && folded.AsSpan().SequenceEqual(last)
            && MendozaPatch.Apply(first, squashed).AsSpan().SequenceEqual(last);
    }

    private static bool AgreesThroughout(int seed)
    {
        var generator = new JsonModelGenerator(new Random(seed));
        var editor = new JsonModelEditor(generator);
        JsonModel model = editor.Pair().Left;
        byte[] last = model.Canonical();
        using var chain = new MendozaChain(last);
        for (int revision = 0; revision < 150; revision++)
        {
            model = editor.Next(model);
            byte[] next = model.Canonical();
            chain.Apply(MendozaDiff.Create(last, next).Apply, PatchTrust.Trusted);
            if (!chain.ToArray().AsSpan().SequenceEqual(next))
            {
                return false;
            }
            last = next;
        }
        return true;
    }
}
