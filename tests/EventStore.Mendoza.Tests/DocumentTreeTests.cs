using System.Text;
using EventStore.Mendoza.Diffing.Trees;
using EventStore.Mendoza.Diffing.Workspace;
using EventStore.Mendoza.Json;

namespace EventStore.Mendoza.Tests;

/// <summary>The children that a document's map gives, against splitting the text byte by byte.</summary>
public sealed class DocumentTreeTests
{
    private const int Seed = 20261127;
    private const int Documents = 2_000;
    private const int MostParts = 12;

    [Fact]
    public void Children_lie_where_splitting_the_text_byte_by_byte_finds_them()
    {
        var editor = new JsonModelEditor(new JsonModelGenerator(new Random(Seed)));
        var random = new Random(Seed);
        var store = new TreeStore();
        int containers = 0;
        for (int i = 0; i < Documents; i++)
        {
            IEnumerable<string> parts = Enumerable.Range(0, random.Next(1, MostParts))
                .Select(_ => Encoding.UTF8.GetString(editor.Pair().Left.Canonical()));
            byte[] text = Encoding.UTF8.GetBytes("[" + string.Join(',', parts) + "]");
            store.Reset(int.MaxValue);
            var tree = new DocumentTree(text, store);
            tree.TryRead().ShouldBeTrue($"seed {Seed}, document {i}");
            containers += Compare(tree, TreeStore.Root, $"seed {Seed}, document {i}");
        }
        containers.ShouldBeGreaterThan(Documents * MostParts);
    }

    [Fact]
    public void What_closes_otherwise_than_it_opens_is_refused()
    {
        foreach (string text in (string[])["[1]]", "[[1]", "[1}", "{\"a\":1]", "[1][2]", "[\"a]", "[1,,2]", "[1, 2]"])
        {
            byte[] left = Encoding.UTF8.GetBytes(text);
            Should.Throw<MendozaException>(() => MendozaDiff.Create(left, text[0] == '[' ? "[3]"u8 : "{}"u8), text)
                .Error.Code.ShouldBe(MendozaErrorCode.MalformedDocument, text);
        }
    }

    private static int Compare(in DocumentTree tree, int node, string about)
    {
        if (tree.Kind(node) < JsonKind.Array)
        {
            return 0;
        }
        tree.TryOpen(node).ShouldBeTrue(about);
        List<(int Start, int End)> expected = Split(tree.Text, tree.Start(node), tree.End(node));
        tree.Count(node).ShouldBe(expected.Count, about);
        int containers = 1;
        for (int i = 0; i < expected.Count; i++)
        {
            int child = tree.Child(node, i);
            (tree.Start(child), tree.End(child)).ShouldBe(expected[i], about);
            containers += Compare(tree, child, about);
        }
        return containers;
    }

    /// <summary>Where the values in a container start and end.</summary>
    private static List<(int Start, int End)> Split(ReadOnlySpan<byte> text, int start, int end)
    {
        var children = new List<(int Start, int End)>();
        int depth = 0;
        bool isString = false;
        int value = start + 1;
        for (int at = start + 1; at < end - 1; at++)
        {
            switch (text[at])
            {
                case (byte)'\\' when isString:
                    at++;
                    break;
                case (byte)'"':
                    isString = !isString;
                    break;
                case (byte)'{' or (byte)'[' when !isString:
                    depth++;
                    break;
                case (byte)'}' or (byte)']' when !isString:
                    depth--;
                    break;
                case (byte)':' when !isString && depth == 0:
                    value = at + 1;
                    break;
                case (byte)',' when !isString && depth == 0:
                    children.Add((value, at));
                    value = at + 1;
                    break;
                default:
                    break;
            }
        }
        if (end - start > 2)
        {
            children.Add((value, end - 1));
        }
        return children;
    }
}
