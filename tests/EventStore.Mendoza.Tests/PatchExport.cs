using System.Text;

namespace EventStore.Mendoza.Tests;

/// <summary>
/// Writes patches of ours, for the recorded pairs and for random ones, as NDJSON that npm/check-patches.mjs reads.
/// Runs only when
/// <c>EVENTSTORE_MENDOZA_PAIRS</c> names the file to write.
/// </summary>
public sealed class PatchExport
{
    private const string PathVariable = "EVENTSTORE_MENDOZA_PAIRS";
    private const int RandomPairs = 20_000;
    private const int Seed = 20261123;

    [ExportFact]
    public void Write_patches_for_the_npm_patchers()
    {
        using var file = new FileStream(Environment.GetEnvironmentVariable(PathVariable)!, FileMode.Create);
        foreach (Vector pair in Vectors.Pairs)
        {
            Write(file, pair.Left, pair.Right);
        }
        var editor = new JsonModelEditor(new JsonModelGenerator(new Random(Seed)));
        for (int i = 0; i < RandomPairs; i++)
        {
            (JsonModel left, JsonModel right) = editor.Pair();
            Write(file, left.Canonical(), right.Canonical());
        }
        string many = string.Join(',', Enumerable.Range(0, 130_000));
        Write(file, Encoding.UTF8.GetBytes($"[{many}]"), Encoding.UTF8.GetBytes($"[\"new\",{many},\"new\"]"));
        file.Length.ShouldBeGreaterThan(0);
    }

    private static void Write(Stream file, byte[] left, byte[] right)
    {
        MendozaPatchPair patches = MendozaDiff.Create(left, right);
        file.Write("{\"left\":"u8);
        file.Write(left);
        file.Write(",\"right\":"u8);
        file.Write(right);
        file.Write(",\"apply\":"u8);
        file.Write(patches.Apply);
        file.Write(",\"revert\":"u8);
        file.Write(patches.Revert);
        file.Write(Encoding.UTF8.GetBytes("}\n"));
    }

    private sealed class ExportFactAttribute : FactAttribute
    {
        public ExportFactAttribute()
        {
            if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(PathVariable)))
            {
                Skip = PathVariable + " names no file to write";
            }
        }
    }
}
