namespace EventStore.Server.Auth.Roles;

/// <summary>
/// A right on the management side, in the two parts clients know it by: what it is about and what may be done, such as
/// <c>sanity.project.datasets</c> and <c>create</c>. Rights on documents are <see cref="DocumentPermissions"/>.
/// </summary>
/// <param name="Resource">What it is about.</param>
/// <param name="Grant">What may be done.</param>
internal sealed record Permission(string Resource, string Grant)
{
    /// <summary><c>sanity.project.datasets.create</c></summary>
    public override string ToString() => $"{Resource}.{Grant}";
}
