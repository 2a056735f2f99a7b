using System.Globalization;
using System.Text.Json.Nodes;

namespace EventStore.Benchmarks.Articles;

/// <summary>Edits an article as people do between saves: mostly words, sometimes blocks, marks and fields.</summary>
internal sealed class ArticleEditor(Random random, Prose prose, ArticleBlocks blocks)
{
    private const int MostEdits = 3;
    private const int FewestBlocks = 4;
    private const int FewestWordsToMark = 4;

    /// <summary>One revision: up to three edits and a new <c>_updatedAt</c>.</summary>
    public void Revise(JsonObject article)
    {
        var updatedAt = DateTimeOffset.Parse((string)article["_updatedAt"]!, CultureInfo.InvariantCulture);
        article["_updatedAt"] = ArticleGenerator.FormatTime(updatedAt.AddSeconds(random.Next(2, 90_000)));
        var edits = random.Next(1, MostEdits + 1);
        for (var edit = 0; edit < edits; edit++)
        {
            Edit(article);
        }
    }

    private void Edit(JsonObject article)
    {
        var body = article["body"]!.AsArray();
        switch (random.Next(100))
        {
            case < 45:
                ChangeWords(body);
                break;
            case < 57:
                body.Insert(random.Next(body.Count + 1), blocks.Block());
                break;
            case < 65:
                RemoveBlock(body);
                break;
            case < 73:
                MoveBlock(body);
                break;
            case < 85:
                AddMark(body);
                break;
            default:
                SetField(article);
                break;
        }
    }

    private void ChangeWords(JsonArray body)
    {
        if (PickSpan(body) is not { } span)
        {
            return;
        }

        var words = ((string)span["text"]!).Split(' ').ToList();
        var at = random.Next(words.Count);
        switch (random.Next(20))
        {
            case < 12:
                words[at] = prose.Word();
                break;
            case < 17:
                words.Insert(at, prose.Words(random.Next(1, 4)));
                break;
            default:
                words.RemoveAt(at);
                break;
        }

        span["text"] = string.Join(' ', words);
    }

    private void RemoveBlock(JsonArray body)
    {
        if (body.Count > FewestBlocks)
        {
            body.RemoveAt(random.Next(body.Count));
        }
    }

    private void MoveBlock(JsonArray body)
    {
        var block = body[random.Next(body.Count)];
        body.Remove(block);
        body.Insert(random.Next(body.Count + 1), block);
    }

    /// <summary>Splits a span in three, the middle one marked, as an editor does with selected words.</summary>
    private void AddMark(JsonArray body)
    {
        if (PickSpan(body) is not { } span || span["marks"]!.AsArray().Count > 0)
        {
            return;
        }

        var words = ((string)span["text"]!).Split(' ');
        if (words.Length < FewestWordsToMark)
        {
            return;
        }

        var start = random.Next(1, words.Length - 2);
        var end = random.Next(start + 1, Math.Min(start + FewestWordsToMark, words.Length));
        var children = span.Parent!.AsArray();
        var at = children.IndexOf(span);
        var mark = random.Next(3) == 0 ? blocks.AddLink(children.Parent!.AsObject()) : blocks.Decorator();
        span["text"] = string.Join(' ', words[..start]) + " ";
        children.Insert(at + 1, blocks.Span(string.Join(' ', words[start..end]), mark));
        children.Insert(at + 2, blocks.Span(" " + string.Join(' ', words[end..])));
    }

    private void SetField(JsonObject article)
    {
        switch (random.Next(6))
        {
            case 0:
                article["title"] = prose.Title();
                break;
            case 1:
                article["excerpt"] = prose.Sentences(2);
                break;
            case 2:
                article["featured"] = !(bool)article["featured"]!;
                break;
            case 3:
                article["readingMinutes"] = random.Next(2, 20);
                break;
            case 4:
                article["seo"]!["description"] = prose.Sentences(1);
                break;
            default:
                article["seo"]!["keywords"]!.AsArray().Add(prose.Word());
                break;
        }
    }

    private JsonObject? PickSpan(JsonArray body)
    {
        var block = body[random.Next(body.Count)]!.AsObject();
        return block["children"] is JsonArray { Count: > 0 } children
            ? children[random.Next(children.Count)]!.AsObject()
            : null;
    }
}
