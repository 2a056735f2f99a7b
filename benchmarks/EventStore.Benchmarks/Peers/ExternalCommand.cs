using System.ComponentModel;
using System.Diagnostics;

namespace EventStore.Benchmarks.Peers;

/// <summary>Runs programs that are peers, or belong to one.</summary>
internal static class ExternalCommand
{
    private const int BufferBytes = 1024 * 1024;

    /// <summary>Whether a program of that name can be started, whatever it makes of its arguments.</summary>
    public static bool Exists(string program, params string[] harmlessArguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, harmlessArguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return true;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    /// <summary>Runs a program to its end; its output is read and dropped.</summary>
    /// <param name="program">Found through PATH.</param>
    /// <param name="arguments">As they are.</param>
    /// <param name="environment">Added to that of this process.</param>
    /// <returns>The time from starting it to its end.</returns>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static async Task<TimedOutput> RunAsync(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        var started = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var bytes = await DrainAsync(process.StandardOutput.BaseStream);
        await process.WaitForExitAsync();
        var elapsed = Stopwatch.GetElapsedTime(started).TotalNanoseconds;
        return process.ExitCode == 0
            ? new(elapsed, bytes)
            : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {await errors}");
    }

    /// <summary>Whether a program runs and ends well.</summary>
    public static async Task<bool> SucceedsAsync(string program, IEnumerable<string> arguments)
    {
        try
        {
            await RunAsync(program, arguments);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>The same, with its output as text.</summary>
    public static async Task<string> ReadAsync(string program, IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {await errors}");
    }

    /// <returns>How many bytes there were.</returns>
    public static async Task<long> DrainAsync(Stream stream)
    {
        var buffer = new byte[BufferBytes];
        var bytes = 0L;
        int read;
        while ((read = await stream.ReadAsync(buffer)) > 0)
        {
            bytes += read;
        }

        return bytes;
    }
}
