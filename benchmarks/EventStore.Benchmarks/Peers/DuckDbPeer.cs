using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace EventStore.Benchmarks.Peers;

/// <summary>DuckDB, in a Node.js of its own.</summary>
internal sealed class DuckDbPeer : IDisposable
{
    /// <summary>As many as a benchmark machine has cores.</summary>
    private const int Threads = 2;

    private readonly Process _process;

    private DuckDbPeer(Process process) => _process = process;

    /// <summary>Starts it; null when there is no recent Node.js or the package is not installed.</summary>
    public static DuckDbPeer? TryStart(string root)
    {
        var folder = Path.Combine(root, "benchmarks", "node");
        if (NodePeer.FindVersion() is null || !Directory.Exists(Path.Combine(folder, "node_modules", "@duckdb")))
        {
            Console.Error.WriteLine("DuckDB is absent: a recent Node.js, or `npm ci` in benchmarks/node, is missing.");
            return null;
        }

        var threads = Threads.ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo("node", [Path.Combine(folder, "duckdb.mjs"), threads])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        return new(Process.Start(start)!);
    }

    /// <summary>Converts a file of documents, one a line; the columns are found by reading all of it.</summary>
    /// <returns>Nanoseconds.</returns>
    public double Convert(string lines, string parquet, string compression) => Ask(
        $"copy (select * from read_ndjson('{lines}', sample_size = -1, maximum_object_size = 33554432)) "
        + $"to '{parquet}' (format parquet, compression {compression})").Nanoseconds;

    /// <summary>Rows of a Parquet file.</summary>
    public long CountRows(string parquet) =>
        (long)Ask($"select count(*)::integer from read_parquet('{parquet}')").Rows[0]![0]!;

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private (double Nanoseconds, JsonArray Rows) Ask(string sql)
    {
        _process.StandardInput.WriteLine(new JsonObject { ["sql"] = sql }.ToJsonString());
        _process.StandardInput.Flush();
        var line = _process.StandardOutput.ReadLine()
            ?? throw new InvalidOperationException("Node.js ended; what it said is above.");
        var answer = JsonNode.Parse(line)!.AsObject();
        return ((double)answer["nanoseconds"]!, answer["rows"]!.AsArray());
    }
}
