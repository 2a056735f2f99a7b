using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EventStore.Mendoza.Tests;

/// <summary>Patches as nobody would send them: of random operations, or damaged ones.</summary>
internal sealed class RandomPatches(JsonModelGenerator generator)
{
    private readonly Random random = generator.Random;

    /// <summary>Any operations with parameters of the right types and small indexes.</summary>
    public byte[] Program()
    {
        var text = new StringBuilder("[");
        for (int i = random.Next(12); i > 0; i--)
        {
            int operation = random.Next(25);
            text.Append(text.Length == 1 ? "" : ",").Append(operation);
            foreach (char parameter in Parameters(operation))
            {
                text.Append(',').Append(parameter switch
                {
                    'i' => random.Next(5).ToString(CultureInfo.InvariantCulture),
                    's' => Encoding.UTF8.GetString(new JsonModel.Text(generator.Text(2)).Canonical()),
                    _ => Encoding.UTF8.GetString(generator.Value(2).Canonical()),
                });
            }
        }
        return Encoding.UTF8.GetBytes(text.Append(']').ToString());
    }

    /// <summary>A patch with tokens lost, put in, cut off or replaced; still a JSON array.</summary>
    public byte[] DamagedTokens(byte[] patch)
    {
        using JsonDocument program = JsonDocument.Parse(patch);
        List<string> tokens = [.. program.RootElement.EnumerateArray().Select(token => token.GetRawText())];
        for (int i = random.Next(1, 4); i > 0 && tokens.Count > 0; i--)
        {
            int at = random.Next(tokens.Count);
            switch (random.Next(4))
            {
                case 0:
                    tokens.RemoveAt(at);
                    break;
                case 1:
                    tokens.Insert(at, random.Next(24).ToString(CultureInfo.InvariantCulture));
                    break;
                case 2:
                    tokens.RemoveRange(at, tokens.Count - at);
                    break;
                default:
                    tokens[at] = Encoding.UTF8.GetString(generator.Value(1).Canonical());
                    break;
            }
        }
        return Encoding.UTF8.GetBytes("[" + string.Join(',', tokens) + "]");
    }

    /// <summary>A patch cut off somewhere, with one bit turned over.</summary>
    public byte[] DamagedBytes(byte[] patch)
    {
        byte[] damaged = patch[..random.Next(1, patch.Length + 1)];
        damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
        return damaged;
    }

    private static string Parameters(int operation) => operation switch
    {
        0 or 20 => "v",
        4 or 14 or 22 => "s",
        6 or 7 or 8 or 10 or 11 or 12 or 13 or 18 or 19 => "i",
        17 => "vs",
        21 or 23 => "ii",
        _ => "",
    };
}
