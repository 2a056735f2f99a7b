using System.Buffers;

namespace EventStore.Mendoza.Tests;

public sealed class ChainTests
{
    private const int Seed = 20261123;

    [Fact]
    public void A_chain_and_its_squash_lead_where_its_patches_lead_one_by_one()
    {
        var generator = new JsonModelGenerator(new Random(Seed));
        var editor = new JsonModelEditor(generator);
        for (int i = 0; i < 2_000; i++)
        {
            JsonModel model = editor.Pair().Left;
            byte[] first = model.Canonical();
            byte[] last = first;
            var patches = new List<ReadOnlyMemory<byte>>();
            using var chain = new MendozaChain(first);
            for (int revision = generator.Random.Next(8); revision > 0; revision--)
            {
                model = editor.Next(model);
                byte[] next = model.Canonical();
                patches.Add(MendozaDiff.Create(last, next).Apply);
                chain.Apply(patches[^1].Span, PatchTrust.Trusted);
                last = next;
            }
            var output = new ArrayBufferWriter<byte>();
            chain.WriteTo(output);
            string about = $"seed {Seed}, case {i}";
            chain.Length.ShouldBe(last.Length, about);
            output.WrittenSpan.SequenceEqual(last).ShouldBeTrue(about);
            chain.ToArray().AsSpan().SequenceEqual(last).ShouldBeTrue(about);
            byte[] squashed = MendozaPatch.Squash(first, patches);
            MendozaPatch.Apply(first, squashed).AsSpan().SequenceEqual(last).ShouldBeTrue(about);
        }
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
    }
}
