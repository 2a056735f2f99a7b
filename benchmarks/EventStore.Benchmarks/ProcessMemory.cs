using System.Globalization;

namespace EventStore.Benchmarks;

/// <summary>Sizes that the system keeps of a process.</summary>
internal static class ProcessMemory
{
    /// <summary>The most that was ever resident, in bytes.</summary>
    public static double Peak(int processId) => Read(processId.ToString(CultureInfo.InvariantCulture), "VmHWM:");

    /// <param name="process">A process id or <c>self</c>.</param>
    /// <param name="field">A field of <c>/proc/PID/status</c> with its colon.</param>
    public static double Read(string process, string field)
    {
        var line = File.ReadLines($"/proc/{process}/status")
            .First(each => each.StartsWith(field, StringComparison.Ordinal));
        var kilobytes = line[field.Length..].Replace("kB", string.Empty, StringComparison.Ordinal).Trim();
        return double.Parse(kilobytes, CultureInfo.InvariantCulture) * 1024;
    }
}
