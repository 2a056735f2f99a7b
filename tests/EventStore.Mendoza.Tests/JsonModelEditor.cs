using System.Text;

namespace EventStore.Mendoza.Tests;

/// <summary>
/// Random edits of JSON values, of the kinds that people and programs make: small ones in large values for the most
/// part.
/// </summary>
internal sealed class JsonModelEditor(JsonModelGenerator generator)
{
    private readonly Random random = generator.Random;

    /// <summary>
    /// A pair of documents: mostly one and its edit, sometimes two that have nothing to do with each other.
    /// </summary>
    public (JsonModel Left, JsonModel Right) Pair() => Pair(random.Next(1, 6));

    /// <summary>As <see cref="Pair()"/>, the left document with so many levels at most.</summary>
    public (JsonModel Left, JsonModel Right) Pair(int depth)
    {
        JsonModel left = random.Next(4) == 0 ? Keyed(random.Next(depth * 3)) : generator.Value(depth);
        return (left, random.Next(12) == 0 ? generator.Value(depth) : Edited(left));
    }

    /// <summary>The revision after one: mostly an edit of it, sometimes a document of its own.</summary>
    public JsonModel Next(JsonModel left)
    {
        if (random.Next(12) == 0)
        {
            return generator.Value(random.Next(1, 6));
        }
        return Edited(left);
    }

    private JsonModel Edited(JsonModel left)
    {
        JsonModel right = left;
        for (int edits = random.Next(1, 5); edits > 0; edits--)
        {
            right = Edit(right);
        }
        if (random.Next(10) == 0)
        {
            right = Transplant(left, right);
        }
        return right;
    }

    private JsonModel Edit(JsonModel value) => value switch
    {
        JsonModel.Object item when item.Fields.Count > 0 && random.Next(3) > 0 => EditChild(item),
        JsonModel.Array list when list.Items.Count > 0 && random.Next(3) > 0 => EditChild(list),
        JsonModel.Object item => EditFields(item),
        JsonModel.Array list => EditItems(list),
        JsonModel.Text text => EditText(text),
        _ => generator.Value(1),
    };

    private JsonModel.Object EditChild(JsonModel.Object item)
    {
        var fields = new Dictionary<string, JsonModel>(item.Fields);
        string key = PickKey(fields);
        fields[key] = Edit(fields[key]);
        return new JsonModel.Object(fields);
    }

    private JsonModel.Array EditChild(JsonModel.Array list)
    {
        var items = new List<JsonModel>(list.Items);
        int at = random.Next(items.Count);
        items[at] = Edit(items[at]);
        return new JsonModel.Array(items);
    }

    private JsonModel.Object EditFields(JsonModel.Object item)
    {
        var fields = new Dictionary<string, JsonModel>(item.Fields);
        int kind = random.Next(5);
        if (fields.Count == 0 || kind == 0)
        {
            fields[generator.Key()] = generator.Value(2);
            return new JsonModel.Object(fields);
        }
        string key = PickKey(fields);
        JsonModel value = fields[key];
        switch (kind)
        {
            case 1:
                fields.Remove(key);
                break;
            case 2:
                fields.Remove(key);
                fields[generator.Key()] = value;
                break;
            case 3:
                fields[generator.Key()] = value;
                break;
            default:
                fields.Remove(key);
                fields[generator.Key()] = Edit(value);
                break;
        }
        return new JsonModel.Object(fields);
    }

    private JsonModel.Array EditItems(JsonModel.Array list)
    {
        var items = new List<JsonModel>(list.Items);
        int at = random.Next(items.Count + 1);
        int kind = random.Next(6);
        if (items.Count == 0 || at == items.Count || kind == 0)
        {
            items.Insert(at, generator.Value(2));
            return new JsonModel.Array(items);
        }
        JsonModel item = items[at];
        switch (kind)
        {
            case 1:
                items.RemoveAt(at);
                break;
            case 2:
                items.RemoveAt(at);
                items.Insert(random.Next(items.Count + 1), item);
                break;
            case 3:
                items.Insert(random.Next(items.Count + 1), Edit(item));
                break;
            case 4:
                JsonModel[] shuffled = [.. items];
                random.Shuffle(shuffled);
                return new JsonModel.Array(shuffled);
            default:
                items.RemoveRange(at, random.Next(1, items.Count - at + 1));
                break;
        }
        return new JsonModel.Array(items);
    }

    private JsonModel.Text EditText(JsonModel.Text text)
    {
        Rune[] runes = [.. text.Value.EnumerateRunes()];
        int from = random.Next(runes.Length + 1);
        int to = random.Next(from, Math.Min(runes.Length, from + 6) + 1);
        string inserted = random.Next(3) == 0 ? "" : generator.Text(random.Next(4));
        return new JsonModel.Text(string.Concat(runes[..from]) + inserted + string.Concat(runes[to..]));
    }

    /// <summary>Puts some part of the left value somewhere into the right one.</summary>
    private JsonModel Transplant(JsonModel left, JsonModel right)
    {
        JsonModel part = left;
        while (random.Next(3) > 0)
        {
            IReadOnlyList<JsonModel> children = part switch
            {
                JsonModel.Object item => [.. item.Fields.Values],
                JsonModel.Array list => list.Items,
                _ => [],
            };
            if (children.Count == 0)
            {
                break;
            }
            part = children[random.Next(children.Count)];
        }
        return right switch
        {
            JsonModel.Object item => new JsonModel.Object(
                new Dictionary<string, JsonModel>(item.Fields) { [generator.Key()] = part }),
            JsonModel.Array list => new JsonModel.Array([.. list.Items, part]),
            _ => part,
        };
    }

    /// <summary>A document with an array of blocks that have a <c>_key</c> and longer texts.</summary>
    private JsonModel.Object Keyed(int count)
    {
        var blocks = new JsonModel[count];
        for (int i = 0; i < count; i++)
        {
            blocks[i] = new JsonModel.Object(new Dictionary<string, JsonModel>
            {
                ["_key"] = new JsonModel.Text("k" + random.Next(40)),
                ["_type"] = new JsonModel.Text("block"),
                ["text"] = new JsonModel.Text(generator.Text(random.Next(60))),
                ["marks"] = generator.Array(1),
            });
        }
        return new JsonModel.Object(new Dictionary<string, JsonModel>
        {
            ["_id"] = new JsonModel.Text("doc"),
            ["body"] = new JsonModel.Array(blocks),
            ["extra"] = generator.Object(2),
        });
    }

    private string PickKey(Dictionary<string, JsonModel> fields) => fields.Keys.ElementAt(random.Next(fields.Count));
}
