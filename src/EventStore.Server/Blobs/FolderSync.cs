using System.Runtime.InteropServices;

namespace EventStore.Server.Blobs;

/// <summary>
/// Makes the entries of a folder durable: a file that was flushed and renamed can still be missing after a power cut
/// until its folder is flushed too, which .NET has no call for.
/// </summary>
internal static class FolderSync
{
    private const int ReadOnly = 0;

    /// <summary>Flushes a folder; does nothing on Windows, where renames are journalled.</summary>
    /// <exception cref="IOException">It cannot be flushed.</exception>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = Open(folder, ReadOnly);
        if (descriptor < 0)
        {
            throw Failure(folder);
        }

        try
        {
            if (Synchronize(descriptor) != 0)
            {
                throw Failure(folder);
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static IOException Failure(string folder) =>
        new($"The folder {folder} cannot be flushed: {Marshal.GetLastPInvokeErrorMessage()}");

    [DllImport("libc", EntryPoint = "open", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false,
        ThrowOnUnmappableChar = true)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static extern int Synchronize(int descriptor);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    private static extern int Close(int descriptor);
}
