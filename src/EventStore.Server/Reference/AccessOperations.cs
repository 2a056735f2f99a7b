namespace EventStore.Server.Reference;

/// <summary>Calls on tokens, roles and users.</summary>
internal static class AccessOperations
{
    private const string ExpiresAt = "expiresAt time? When the token stops being good; never when absent";

    private static readonly string[] RoleFields =
    [
        "title string For people; the name when absent",
        "description string What it allows",
        "appliesToUsers boolean Whether people can have it",
        "appliesToRobots boolean Whether tokens can have it",
        "grants object Rights on the management side: an array of names for each resource",
        "documents object[] Rights on documents: filter (a GROQ condition), permissions and perhaps dataset",
    ];

    public static readonly IReadOnlyList<Operation> All =
    [
        new("GET /projects/{project}/tokens", "List tokens", "Token[]"),
        new("POST /projects/{project}/tokens", "Create a token", "Token")
        {
            Description = "The secret is in this answer and nowhere else: the server keeps only a keyed hash.",
            Body = ["label! string What it is for", "roleName! string Its role", ExpiresAt],
        },
        new("DELETE /projects/{project}/tokens/{id}", "Revoke a token", null)
        {
            Description = "Holds from the next request on, on every server.",
        },
        new("GET /access/project/{project}/robots", "List robots", "Robots"),
        new("POST /access/project/{project}/robots", "Create a robot and its token", "Robot")
        {
            Description = "The secret is in this answer and nowhere else.",
            Body =
            [
                "label! string What it is for",
                "memberships! object[] One: resourceType (project), resourceId (its id) and roleNames",
                ExpiresAt,
            ],
        },
        new("GET /access/project/{project}/robots/{id}", "Show a robot", "Robot"),
        new("DELETE /access/project/{project}/robots/{id}", "Delete a robot and its token", null),
        new("GET /access/robots/me", "Show the robot whose token is used", "Robot"),
        new("POST /access/robots/me/rotate", "Replace the token that is used", "Robot")
        {
            Description = "The old secret is revoked at once.",
        },
        new("GET /roles", "List roles", "Role[]"),
        new("GET /projects/{project}/roles", "List roles", "Role[]"),
        new("GET /access/project/{project}/roles", "List roles", "Roles"),
        new("POST /access/project/{project}/roles", "Create a role", "Role")
        {
            Body = ["name! string 1 to 64 of a-z, 0-9, '-' and '_', beginning with a letter", .. RoleFields],
        },
        new("GET /access/project/{project}/roles/{name}", "Show a role", "Role"),
        new("PUT /access/project/{project}/roles/{name}", "Replace a role", "Role") { Body = RoleFields },
        new("DELETE /access/project/{project}/roles/{name}", "Delete a role", null),
        new("GET /access/project/{project}/users", "List members", "Members"),
        new("PUT /access/project/{project}/users/{id}/roles/{role}", "Give a member a role", "Member"),
        new("DELETE /access/project/{project}/users/{id}/roles/{role}", "Take a role from a member", "Member"),
        new("GET /projects/{project}/users/{id}", "Show a user of a project", "User")
        {
            Description = "me stands for the caller.",
        },
        new("GET /invitations/project/{project}", "List invitations", "Invitation[]"),
        new("GET /users/me", "Show the caller", "Me"),
        new("GET /users/{ids}", "Show users", "User")
        {
            Description = "One id gives an object, several an array of those that are found.",
        },
        new("GET /users/me/grants", "List the caller's rights in all projects", "Grants"),
        new("GET /grants", "List the caller's rights", "Grants"),
        new("GET /projects/{project}/grants", "List the caller's rights", "Grants"),
        new("GET /permissions", "List the caller's permissions", "string[]"),
        new("GET /projects/{project}/permissions", "List the caller's permissions", "string[]"),
        new("GET /features", "List features", "string[]"),
        new("GET /projects/{project}/features", "List features", "string[]"),
        new("GET /auth/id", "Show who the token belongs to", "CallerId"),
    ];
}
