using System.Diagnostics;
using System.Runtime.InteropServices;

namespace EventStore.Benchmarks;

/// <summary>
/// How long this thread has been running: what else the machine does in the meantime is left out, as far as it does not
/// disturb the caches. Elsewhere than on Linux it is the time on the wall.
/// </summary>
internal static class ThreadClock
{
    // CLOCK_THREAD_CPUTIME_ID.
    private const int ThreadTime = 3;

    /// <summary>False where the peer cannot tell its own, so that both sides go by the same clock.</summary>
    public static bool IsOfThread { get; set; } = OperatingSystem.IsLinux();

    /// <summary>Nanoseconds since some point that never moves.</summary>
    public static double Now
    {
        get
        {
            if (IsOfThread && clock_gettime(ThreadTime, out var time) == 0)
            {
                return (time.Seconds * 1e9) + time.Nanoseconds;
            }

            return Stopwatch.GetTimestamp() * (1e9 / Stopwatch.Frequency);
        }
    }

    [DllImport("libc")]
    private static extern int clock_gettime(int clock, out TimeSpecification time);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpecification
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
