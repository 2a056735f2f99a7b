using System.Globalization;
using System.Text;

namespace EventStore.Server.Hosting.Postgres;

/// <summary>
/// The settings a private cluster runs with, written anew at each start so that they follow the machine.
/// </summary>
internal static class PostgresConfiguration
{
    public const string FileName = "eventstore.conf";
    public const int MaxConnections = 100;

    private const int SmallestSharedBuffersMegabytes = 64;
    private const int LargestSharedBuffersMegabytes = 1024;
    private const int SharedBuffersShareOfMemory = 16;

    public static string Write(PrivatePostgresOptions options, string socketFolder)
    {
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1024 * 1024);
        var sharedBuffers = options.SharedBuffersMegabytes ?? Math.Clamp(
            memory / SharedBuffersShareOfMemory,
            SmallestSharedBuffersMegabytes,
            LargestSharedBuffersMegabytes);
        var settings = new Dictionary<string, string>
        {
            // Reached through the socket alone: there is no port to guard.
            ["listen_addresses"] = string.Empty,
            ["unix_socket_directories"] = socketFolder,
            ["unix_socket_permissions"] = "0700",
            ["max_connections"] = MaxConnections.ToString(CultureInfo.InvariantCulture),

            // What an acknowledgement promises.
            ["fsync"] = "on",
            ["full_page_writes"] = "on",
            ["synchronous_commit"] = "on",

            ["shared_buffers"] = string.Create(CultureInfo.InvariantCulture, $"{sharedBuffers}MB"),
            ["effective_cache_size"] = string.Create(CultureInfo.InvariantCulture, $"{Math.Max(memory / 2, 128)}MB"),
            ["maintenance_work_mem"] = "128MB",
            ["wal_compression"] = "on",
            ["max_wal_size"] = "4GB",
            ["checkpoint_timeout"] = "15min",

            // The statements here are short; compiling them costs more than it saves.
            ["jit"] = "off",

            // One log file for each day of the week, so that logs cannot fill the disk.
            ["logging_collector"] = "on",
            ["log_directory"] = "log",
            ["log_filename"] = "postgresql-%a.log",
            ["log_truncate_on_rotation"] = "on",
            ["log_rotation_age"] = "1d",
            ["log_rotation_size"] = "0",
            ["log_line_prefix"] = "%m [%p] ",
            ["log_checkpoints"] = "off",
        };
        foreach (var (name, value) in options.Settings)
        {
            settings[name] = value;
        }

        var text = new StringBuilder("# Written by the server at each start: changes made here are lost.\n");
        foreach (var (name, value) in settings)
        {
            var quoted = value.Replace("'", "''", StringComparison.Ordinal);
            text.Append(CultureInfo.InvariantCulture, $"{name} = '{quoted}'\n");
        }

        return text.ToString();
    }
}
