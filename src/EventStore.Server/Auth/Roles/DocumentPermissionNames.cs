namespace EventStore.Server.Auth.Roles;

/// <summary>What clients call the permissions on documents.</summary>
internal static class DocumentPermissionNames
{
    private static readonly (DocumentPermissions Permission, string Name)[] Table =
    [
        (DocumentPermissions.Read, "read"),
        (DocumentPermissions.Create, "create"),
        (DocumentPermissions.Update, "update"),
        (DocumentPermissions.History, "history"),
        (DocumentPermissions.EditHistory, "editHistory"),
    ];

    /// <summary>All names, in their usual order.</summary>
    public static IEnumerable<string> All => Table.Select(entry => entry.Name);

    /// <summary>The names of some permissions.</summary>
    public static IEnumerable<string> Of(DocumentPermissions permissions) =>
        Table.Where(entry => permissions.HasFlag(entry.Permission)).Select(entry => entry.Name);

    /// <summary>The permissions of some names; an unknown name adds nothing.</summary>
    public static DocumentPermissions Parse(IEnumerable<string> names) =>
        Table.Where(entry => names.Contains(entry.Name))
            .Aggregate(DocumentPermissions.None, (sum, entry) => sum | entry.Permission);
}
