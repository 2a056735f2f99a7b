namespace EventStore.Server.Auth.Roles;

/// <summary>What a role may do to which documents.</summary>
/// <param name="Filter">Which documents.</param>
/// <param name="Permissions">What may be done to them.</param>
/// <param name="Dataset">The one dataset the grant is about; null for every dataset of the project.</param>
internal sealed record DocumentGrant(IDocumentFilter Filter, DocumentPermissions Permissions, string? Dataset = null);
