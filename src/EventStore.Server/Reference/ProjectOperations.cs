namespace EventStore.Server.Reference;

/// <summary>Calls on projects and what belongs to them.</summary>
internal static class ProjectOperations
{
    private const string AclMode = "aclMode public|private|custom Who may read it without a token; public when absent";
    private const string Description = "description string? What it is for";

    private static readonly string[] Parts =
    [
        "includeMembers boolean Whether to add members; true when absent",
        "includeFeatures boolean Whether to add features; true when absent",
        "includeOrganization boolean Whether to add the organization",
    ];

    private static readonly string[] Settings =
    [
        "studioHost string? Where its studio is deployed: a host name or an address, its own alone",
        "externalStudioHost string? The same under a domain of its own",
        "organizationId string? The organization it belongs to",
        "metadata object Keys to set; null takes a key away",
        "activityFeedEnabled boolean Whether clients should show what happened in it",
        "isDisabledByUser boolean Refuses data calls",
        "isBlocked boolean Refuses data calls; only the operator may set it",
        "isDisabled boolean Refuses data calls; only the operator may set it",
        "maxRetentionDays integer? How many days of history are to be kept; only the operator may set it",
    ];

    private static readonly string[] TagFields =
    [
        "title string For people; the name when absent", Description, "metadata object Clients' own, such as color",
    ];

    public static readonly IReadOnlyList<Operation> All =
    [
        new("GET /projects", "List projects", "Project[]")
        {
            Query =
            [
                .. Parts,
                "organizationId string Only those of this organization",
                "onlyExplicitMembership boolean Accepted: there is no other membership",
            ],
        },
        new("POST /projects", "Create a project", "Project")
        {
            Description = "Takes the root token.",
            Body =
            [
                "displayName! string For people",
                "id string 1 to 64 of a-z, 0-9 and '-'; made when absent. No id is given out twice",
                .. Settings,
            ],
        },
        new("GET /projects/{project}", "Show a project", "Project") { Query = Parts },
        new("PATCH /projects/{project}", "Change a project", "Project")
        {
            Body = ["displayName string For people", .. Settings],
        },
        new("DELETE /projects/{project}", "Delete a project", "Deleted")
        {
            Description = "It is gone at once with its datasets, tokens and settings; storage is freed in the "
                + "background.",
        },
        new("GET /projects/{project}/activity", "Read who changed what", "Activity")
        {
            Query =
            [
                "order asc|desc Oldest or newest first; desc when absent",
                "limit integer At most this many, up to 1000; 50 when absent",
                "nextCursor string What the page before said",
                "fromTime time Not before this time",
                "toTime time Not after this time",
                "authors string Only by these users, separated by commas",
                "actions string Only these actions, separated by commas, such as dataset.create",
            ],
        },
        new("GET /organizations", "List organizations", "Organization[]"),
        new("GET /organizations/{organization}", "Show an organization", "Organization"),
        new("GET /organizations/{organization}/grants", "List the caller's rights in an organization", "Grants"),
        new("GET /datasets", "List datasets", "Dataset[]")
        {
            Query =
            [
                "datasetProfile string Only of this kind; all are content",
                "addonFor string Only those that belong to this dataset; there are none",
            ],
        },
        new("GET /datasets/{dataset}", "Show a dataset", "Dataset"),
        new("PUT /datasets/{dataset}", "Create a dataset", "DatasetSettings") { Body = [AclMode, Description] },
        new("PATCH /datasets/{dataset}", "Change a dataset", "DatasetSettings") { Body = [AclMode, Description] },
        new("DELETE /datasets/{dataset}", "Delete a dataset", "Deleted")
        {
            Description = "It is gone at once and its name is free; storage is freed in the background.",
        },
        new("GET /datasets/{dataset}/acl", "List the caller's rights on documents", "DocumentGrant[]")
        {
            IsOpen = true,
        },
        new("GET /datasets/{dataset}/tags", "List the tags of a dataset", "Tag[]"),
        new("PUT /datasets/{dataset}/tags/{tag}", "Assign a tag to a dataset", "Tag[]"),
        new("DELETE /datasets/{dataset}/tags/{tag}", "Remove a tag from a dataset", "Tag[]"),
        new("GET /projects/{project}/tags", "List tags", "Tag[]"),
        new("POST /projects/{project}/tags", "Create a tag", "Tag")
        {
            Body = ["name! string Its identifier: 1 to 64 of A-Z, a-z, 0-9, '.', '_' and '-'", .. TagFields],
        },
        new("PUT /projects/{project}/tags/{tag}", "Change a tag", "Tag")
        {
            Body = ["name string Its new identifier", .. TagFields],
        },
        new("PATCH /projects/{project}/tags/{tag}", "Change a tag", "Tag")
        {
            Body = ["name string Its new identifier", .. TagFields],
        },
        new("DELETE /projects/{project}/tags/{tag}", "Delete a tag", "Deleted")
        {
            Description = "Refused while a dataset carries it.",
        },
        new("GET /aliases", "List aliases", "AliasEntry[]"),
        new("PUT /aliases/{alias}", "Create an alias", "Alias")
        {
            Description = "Where a dataset is named, ~ and the name of an alias stand for it.",
            Body = ["datasetName string The dataset it stands for; none when absent"],
        },
        new("PATCH /aliases/{alias}", "Point an alias at a dataset", "Alias")
        {
            Body = ["datasetName! string The dataset it is to stand for"],
        },
        new("PATCH /aliases/{alias}/unlink", "Point an alias at nothing", "Alias")
        {
            Description = "Answers with the dataset it stood for.",
        },
        new("DELETE /aliases/{alias}", "Delete an alias", "Deleted"),
        new("GET /projects/{project}/cors", "List CORS origins", "CorsOrigin[]"),
        new("POST /projects/{project}/cors", "Register a CORS origin", "CorsOrigin")
        {
            Body =
            [
                "origin! string Scheme, host and perhaps port; * stands for any scheme, part of the host, or port",
                "allowCredentials boolean Whether the browser may add what it keeps for the server",
            ],
        },
        new("DELETE /projects/{project}/cors/{id}", "Take a CORS origin away", "Deleted"),
        new("GET /check/cors", "Ask whether the asking page's origin is registered", "CorsCheck") { IsOpen = true },
    ];
}
