using System.Text;
using System.Text.Json;

namespace EventStore.Mendoza.Tests;

/// <summary>
/// Walks a patch with a cursor of its own and names the first thing in it that some known patcher gets wrong.
/// </summary>
internal static class PortabilityCheck
{
    public static string? Problem(byte[] left, byte[] patch)
    {
        using JsonDocument document = JsonDocument.Parse(left);
        using JsonDocument program = JsonDocument.Parse(patch);
        JsonElement[] tokens = [.. program.RootElement.EnumerateArray()];
        var cursor = new Stack<JsonElement>();
        var outputs = new Stack<Output>();
        cursor.Push(document.RootElement);
        outputs.Push(new Output(true, []));
        for (int at = 0; at < tokens.Length;)
        {
            int operation = tokens[at++].GetInt32();
            string? problem = Step(operation, tokens, ref at, cursor, outputs);
            if (problem is not null)
            {
                return $"operation {operation} before token {at}: {problem}";
            }
        }
        return cursor.Count == 1 ? null : "the cursor did not come back";
    }

    private static string? Step(
        int operation, JsonElement[] tokens, ref int at, Stack<JsonElement> cursor, Stack<Output> outputs)
    {
        switch (operation)
        {
            case 0:
                outputs.Push(new Output(true, []));
                at++;
                return null;
            case 2:
                outputs.Push(new Output(false, []));
                return null;
            case 6 or 10 or 11 or 18 or 19:
                return Field(operation, tokens[at++].GetInt32(), cursor, outputs);
            case 7 or 12 or 13:
                cursor.Push(cursor.Peek()[tokens[at++].GetInt32()]);
                if (operation > 7)
                {
                    outputs.Push(new Output(operation == 12, []));
                }
                return null;
            case 9:
                cursor.Pop();
                return null;
            case 14 or 15 or 16:
                at += operation == 14 ? 1 : 0;
                cursor.Pop();
                outputs.Pop();
                return null;
            case 17:
                at += 2;
                return null;
            case 20:
                at++;
                return outputs.Peek().IsCopy ? "append to a copied array" : null;
            case 21:
                at += 2;
                return outputs.Peek().IsCopy ? "append to a copied array"
                    : tokens[at - 1].GetInt32() - tokens[at - 2].GetInt32() > 50_000 ? "slice too long" : null;
            case 22:
                return tokens[at++].GetString()!.Length == 0 ? "empty append" : null;
            case 23:
                at += 2;
                return Slice(
                    cursor.Peek().GetString()!, tokens[at - 2].GetInt32(), tokens[at - 1].GetInt32(), outputs.Peek());
            default:
                return "not to be emitted";
        }
    }

    private static string? Field(int operation, int index, Stack<JsonElement> cursor, Stack<Output> outputs)
    {
        string[] keys = [.. cursor.Peek().EnumerateObject().Select(field => field.Name)];
        string key = keys[index];
        Array.Sort(keys, string.CompareOrdinal);
        if (operation is 6 or 10 or 11)
        {
            cursor.Push(cursor.Peek().GetProperty(key));
        }
        if (operation is 10 or 11)
        {
            outputs.Push(new Output(operation == 10, []));
        }
        return keys[index] == key ? null : "index differs between key orders";
    }

    private static string? Slice(string text, int from, int to, Output output)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        if (output.IsCopy || output.Slices.Any(slice => slice.From < to && from < slice.To))
        {
            return "text used twice in one string";
        }
        output.Slices.Add((from, to));
        bool safe = from == 0 || to == bytes.Length || Ascii.IsValid(bytes.AsSpan(0, from));
        return from == to ? "empty slice" : safe ? null : "middle slice behind text outside ASCII";
    }

    /// <summary>A value being built, and the slices taken so far if it is a string.</summary>
    private sealed record Output(bool IsCopy, List<(int From, int To)> Slices);
}
