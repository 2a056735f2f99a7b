namespace EventStore.Server.Auth;

/// <summary>What kind of caller makes a request.</summary>
internal enum CallerKind
{
    /// <summary>Sent no token.</summary>
    Anonymous,

    /// <summary>Sent a token of a project.</summary>
    Robot,

    /// <summary>Sent the root token.</summary>
    Root,
}
