namespace EventStore.Server.Assets;

/// <summary>Names of files as clients send them.</summary>
internal static class FileNames
{
    /// <summary>
    /// The last part of what may be a path on the client's machine, or be meant to be one on another's; null when
    /// nothing is left.
    /// </summary>
    public static string? WithoutFolders(string name)
    {
        var bare = name[(name.LastIndexOfAny(['/', '\\']) + 1)..].Trim();
        return bare is "" or "." or ".." ? null : bare;
    }
}
