namespace EventStore.Server.Auth.Roles;

/// <summary>What may be done to documents.</summary>
[Flags]
internal enum DocumentPermissions
{
    None = 0,

    /// <summary>See it as it is.</summary>
    Read = 1,

    /// <summary>Make it.</summary>
    Create = 2,

    /// <summary>Change or delete it.</summary>
    Update = 4,

    /// <summary>See it as it was, together with <see cref="Read"/>.</summary>
    History = 8,

    /// <summary>Remove its past.</summary>
    EditHistory = 16,

    /// <summary>Everything.</summary>
    All = Read | Create | Update | History | EditHistory,
}
