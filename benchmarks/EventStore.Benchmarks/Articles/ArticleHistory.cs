using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EventStore.Benchmarks.Articles;

/// <summary>Articles with their revisions, one after the other, the same on every machine.</summary>
internal static class ArticleHistory
{
    private const int Seed = 20261121;

    // JavaScript's JSON.stringify, which clients send with, escapes no more than JSON demands.
    private static readonly JsonSerializerOptions AsClientsSend =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// Each article as created and after each revision, as clients send it; nothing is kept behind the caller.
    /// </summary>
    public static IEnumerable<byte[][]> Enumerate(int articles, int revisions)
    {
        var random = new Random(Seed);
        var prose = new Prose(random);
        var blocks = new ArticleBlocks(random, prose);
        var generator = new ArticleGenerator(random, prose, blocks);
        var editor = new ArticleEditor(random, prose, blocks);
        for (var number = 0; number < articles; number++)
        {
            var article = generator.Create(number);
            var submitted = new byte[revisions + 1][];
            submitted[0] = Print(article);
            for (var revision = 1; revision <= revisions; revision++)
            {
                editor.Revise(article);
                submitted[revision] = Print(article);
            }

            yield return submitted;
        }
    }

    private static byte[] Print(JsonObject article) => Encoding.UTF8.GetBytes(article.ToJsonString(AsClientsSend));
}
