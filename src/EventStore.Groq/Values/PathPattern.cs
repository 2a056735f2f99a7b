namespace EventStore.Groq.Values;

/// <summary>
/// A pattern over the dotted parts of document ids: <c>*</c> stands for one part, <c>**</c> for any number of parts.
/// </summary>
internal sealed class PathPattern
{
    private readonly string[] parts;

    public PathPattern(string pattern)
    {
        Pattern = pattern;
        parts = pattern.Split('.');
    }

    public string Pattern { get; }

    public bool Matches(string path) => Matches(path.Split('.'));

    /// <summary>Greedy matching with one point to return to: linear space, at most quadratic time.</summary>
    private bool Matches(string[] path)
    {
        int at = 0;
        int part = 0;
        int starPart = -1;
        int starAt = 0;
        while (at < path.Length)
        {
            if (part < parts.Length && parts[part] == "**")
            {
                // As the last part it takes all that is left, but at least one part.
                starPart = part++;
                starAt = ++at;
            }
            else if (part < parts.Length && (parts[part] == path[at] || (parts[part] == "*" && path[at].Length > 0)))
            {
                part++;
                at++;
            }
            else if (starPart >= 0)
            {
                part = starPart + 1;
                at = ++starAt;
            }
            else
            {
                return false;
            }
        }
        return part == parts.Length;
    }
}
