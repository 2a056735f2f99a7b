namespace EventStore.Server.Blobs;

/// <summary>Files that a process was writing when it ended.</summary>
internal static class LeftoverFiles
{
    /// <summary>
    /// Removes the files of a folder that nobody holds open: whoever writes one keeps it locked, also from other
    /// servers that share the folder, and the operating system gives the lock back however the process ends.
    /// </summary>
    public static void Sweep(string folder)
    {
        foreach (var path in Directory.GetFiles(folder))
        {
            try
            {
                using (new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
                {
                    File.Delete(path);
                }
            }
            catch (IOException)
            {
                // In use, or gone by itself.
            }
        }
    }
}
