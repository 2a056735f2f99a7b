using System.Text;
using System.Text.Json;

namespace EventStore.Mendoza.Tests;

/// <summary>
/// The patch format in the plainest way: values in memory, two stacks, every copy made. It knows no limits and shares
/// nothing with the code under test. An exception of its own stands for every failure.
/// </summary>
internal sealed class ReferenceMachine
{
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = MendozaLimits.MaxDepth + 10 };

    private readonly List<(JsonModel Value, string? Key)> inputs = [];
    private readonly List<Building> outputs = [];
    private readonly JsonElement[] tokens;
    private int at;

    private ReferenceMachine(JsonModel left, JsonElement[] tokens)
    {
        this.tokens = tokens;
        inputs.Add((left, null));
        outputs.Add(new Building(left));
    }

    /// <summary>The result of a patch that is a JSON array; null when it fails.</summary>
    public static JsonModel? Apply(JsonModel left, byte[] patch)
    {
        using JsonDocument program = JsonDocument.Parse(patch, Deep);
        try
        {
            var machine = new ReferenceMachine(left, [.. program.RootElement.EnumerateArray()]);
            while (machine.at < machine.tokens.Length)
            {
                machine.Step(machine.Index(24));
            }
            return machine.outputs[^1].Result();
        }
        catch (Failure)
        {
            return null;
        }
    }

    public static JsonModel Read(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => new JsonModel.Object(
            value.EnumerateObject().ToDictionary(field => field.Name, field => Read(field.Value))),
        JsonValueKind.Array => new JsonModel.Array([.. value.EnumerateArray().Select(Read)]),
        JsonValueKind.String => new JsonModel.Text(value.GetString()!),
        _ => new JsonModel.Literal(value.GetRawText()),
    };

    private void Step(int operation)
    {
        switch (operation)
        {
            case 0 or 17 or 20:
                JsonModel value = Read(Next());
                if (operation == 0)
                {
                    outputs.Add(new Building(value));
                }
                else if (operation == 17)
                {
                    outputs[^1].Fields()[String()] = value;
                }
                else
                {
                    outputs[^1].Items().Add(value);
                }
                break;
            case 6 or 7 or 10 or 11 or 12 or 13:
                inputs.Add(operation is 6 or 10 or 11 ? Field(Index()) : (Item(Index()), null));
                break;
            case 8:
                inputs.Add(inputs.Count >= 2 ? inputs[Bounded(inputs.Count - 2 - Index())] : throw new Failure());
                break;
            case 18:
                (JsonModel copied, string? key) = Field(Index());
                outputs[^1].Fields()[key!] = copied;
                break;
            case 19:
                string deleted = Field(Index()).Key!;
                outputs[^1].Fields().Remove(deleted);
                break;
            case 21:
                IReadOnlyList<JsonModel> items = Top is JsonModel.Array list ? list.Items : throw new Failure();
                (int from, int to) = Range(items.Count);
                outputs[^1].Items().AddRange(items.Skip(from).Take(to - from));
                break;
            case 22:
                outputs[^1].Text().AddRange(Encoding.UTF8.GetBytes(String()));
                break;
            case 23:
                byte[] text = Top is JsonModel.Text string_ ? Encoding.UTF8.GetBytes(string_.Value) : throw new Failure();
                (int start, int end) = Range(text.Length);
                if (IsInside(text, start) || IsInside(text, end))
                {
                    throw new Failure();
                }
                outputs[^1].Text().AddRange(text[start..end]);
                break;
            default:
                break;
        }
        StepStacks(operation);
    }

    private void StepStacks(int operation)
    {
        if (operation is 1 or 10 or 12)
        {
            outputs.Add(new Building(Top));
        }
        if (operation is 2 or 11 or 13)
        {
            outputs.Add(new Building(null));
        }
        if (operation is 3 or 4 or 5 or 14 or 15 or 16)
        {
            string? key = operation is 4 or 14 ? String()
                : operation is 5 or 15 ? (inputs.Count > 0 ? inputs[^1].Key : null) ?? throw new Failure()
                : null;
            JsonModel built = outputs[^1].Result();
            outputs.RemoveAt(outputs.Count > 1 ? outputs.Count - 1 : throw new Failure());
            if (key is null)
            {
                outputs[^1].Items().Add(built);
            }
            else
            {
                outputs[^1].Fields()[key] = built;
            }
        }
        if (operation is 9 or 14 or 15 or 16)
        {
            _ = Top;
            inputs.RemoveAt(inputs.Count - 1);
        }
    }

    private JsonModel Top => inputs.Count > 0 ? inputs[^1].Value : throw new Failure();

    private JsonElement Next() => at < tokens.Length ? tokens[at++] : throw new Failure();

    private string String()
    {
        JsonElement token = Next();
        return token.ValueKind == JsonValueKind.String ? token.GetString()! : throw new Failure();
    }

    private int Index(int limit = int.MaxValue)
    {
        JsonElement token = Next();
        double number = token.ValueKind == JsonValueKind.Number ? token.GetDouble() : -1;
        return number >= 0 && number == Math.Floor(number) && number < limit ? (int)number : throw new Failure();
    }

    private static int Bounded(int index) => index >= 0 ? index : throw new Failure();

    private (int From, int To) Range(int count)
    {
        (int from, int to) = (Index(), Index());
        return from <= to && to <= count ? (from, to) : throw new Failure();
    }

    private (JsonModel Value, string? Key) Field(int index)
    {
        JsonModel.Object item = Top as JsonModel.Object ?? throw new Failure();
        string[] keys = [.. item.Fields.Keys];
        Array.Sort(keys, (x, y) => Encoding.UTF8.GetBytes(x).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y)));
        return index < keys.Length ? (item.Fields[keys[index]], keys[index]) : throw new Failure();
    }

    private JsonModel Item(int index) => Top is JsonModel.Array list && index < list.Items.Count
        ? list.Items[index]
        : throw new Failure();

    private static bool IsInside(byte[] text, int at) => at < text.Length && (text[at] & 0xC0) == 0x80;

    private sealed class Failure : Exception;

    /// <summary>An entry of the output stack: what it was made of, and the copy that is written to.</summary>
    private sealed class Building(JsonModel? source)
    {
        private object? own;

        public Dictionary<string, JsonModel> Fields() => Open<JsonModel.Object, Dictionary<string, JsonModel>>(
            item => new Dictionary<string, JsonModel>(item.Fields));

        public List<JsonModel> Items() => Open<JsonModel.Array, List<JsonModel>>(list => [.. list.Items]);

        public List<byte> Text() => Open<JsonModel.Text, List<byte>>(text => [.. Encoding.UTF8.GetBytes(text.Value)]);

        public JsonModel Result() => own switch
        {
            Dictionary<string, JsonModel> fields => new JsonModel.Object(new Dictionary<string, JsonModel>(fields)),
            List<JsonModel> items => new JsonModel.Array([.. items]),
            List<byte> text => new JsonModel.Text(Encoding.UTF8.GetString([.. text])),
            _ => source ?? new JsonModel.Literal("null"),
        };

        private TOwn Open<TSource, TOwn>(Func<TSource, TOwn> copy)
            where TSource : JsonModel
            where TOwn : class, new()
        {
            own ??= source switch
            {
                null or JsonModel.Literal { Spelling: "null" } => new TOwn(),
                TSource value => copy(value),
                _ => null,
            };
            return own as TOwn ?? throw new Failure();
        }
    }
}
