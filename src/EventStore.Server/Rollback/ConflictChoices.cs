namespace EventStore.Server.Rollback;

/// <summary>What is to become of documents in which later edits are in the way.</summary>
internal static class ConflictChoices
{
    /// <summary>Such a plan is not applied.</summary>
    public const string Fail = "fail";

    /// <summary>They stay as they are.</summary>
    public const string Skip = "skip";

    /// <summary>The old value counts; the later edit of that place is lost with the one undone.</summary>
    public const string Force = "force";

    public static readonly IReadOnlyList<string> All = [Fail, Skip, Force];
}
