namespace EventStore.Server.Tests.Access;

/// <summary>
/// Who may call what: one row for each endpoint. Every letter is a role of the project (<b>A</b>dministrator,
/// <b>D</b>eveloper, <b>E</b>ditor, <b>C</b>ontributor, <b>V</b>iewer, deploy-<b>S</b>tudio, <b>N</b>othing: a custom role without
/// rights); <c>*</c> is a token of another project, <c>-</c> no token at all. Root may call everything. <c>any</c> is
/// everybody, whatever token comes along. The last column is for a public dataset where that makes a difference.
/// </summary>
internal static class AccessTable
{
    public const string Everybody = "any";

    private const string Text = """
        GET     /health                                                        any
        GET     /health/ready                                                  any
        GET     /openapi.json                                                  any
        GET     /docs                                                          any
        GET     /docs/docs.js                                                  any
        GET     /docs/docs.css                                                 any

        GET     /images/{project}/{dataset}/{file}                             any
        HEAD    /images/{project}/{dataset}/{file}                             any
        GET     /files/{project}/{dataset}/{file}                              any
        HEAD    /files/{project}/{dataset}/{file}                              any
        GET     /downloads/{link}                                              any
        HEAD    /downloads/{link}                                              any

        POST    /assets/images/{dataset}                                       ADE
        POST    /assets/files/{dataset}                                        ADE
        GET     /data/doc/{dataset}/{ids}                                      ADECV        ADECVSN-
        GET     /data/export/{dataset}                                         ADECV        ADECVSN-
        GET     /data/query/{dataset}                                          ADECV        ADECVSN-
        POST    /data/query/{dataset}                                          ADECV        ADECVSN-
        GET     /data/ping/{dataset}                                           ADECV        ADECVSN-
        GET     /data/history/{dataset}/documents/{ids}                        ADECV
        GET     /data/history/{dataset}/documents/{id}/diff                    ADECV
        GET     /data/history/{dataset}/transactions                           ADECV
        GET     /data/history/{dataset}/transactions/{ids}                     ADECV
        POST    /data/mutate/{dataset}                                         ADEC
        POST    /collections/{collection}/export                               ADECV        ADECVSN
        GET     /collections/{collection}/export/{id}                          ADECV        ADECVSN
        POST    /data/import/{dataset}                                         AD
        POST    /data/verify/{dataset}                                         AD
        POST    /data/replay/{dataset}                                         AD
        POST    /data/rebuild/{dataset}                                        AD
        POST    /data/rollback/{dataset}/plan                                  ADEC
        POST    /data/rollback/{dataset}                                       ADEC

        GET     /datasets                                                      ADECVS
        GET     /datasets/{dataset}                                            ADECVS
        PUT     /datasets/{dataset}                                            AD
        PATCH   /datasets/{dataset}                                            AD
        DELETE  /datasets/{dataset}                                            AD
        GET     /datasets/{dataset}/acl                                        ADECVSN      ADECVSN-
        GET     /datasets/{dataset}/tags                                       ADECV
        PUT     /datasets/{dataset}/tags/{tag}                                 AD
        DELETE  /datasets/{dataset}/tags/{tag}                                 AD
        GET     /datasets/copy                                                 ADECVS
        GET     /datasets/{dataset}/copy                                       ADECVS
        PUT     /datasets/{dataset}/copy                                       AD
        GET     /datasets/{dataset}/settings/backups                           ADECVS
        PUT     /datasets/{dataset}/settings/backups                           AD
        GET     /datasets/{dataset}/backups                                    ADECVS
        POST    /datasets/{dataset}/backups                                    AD
        GET     /datasets/{dataset}/backups/{id}                               ADECV
        DELETE  /datasets/{dataset}/backups/{id}                               AD
        POST    /datasets/{dataset}/backups/{id}/verify                        AD
        POST    /datasets/{dataset}/backups/{id}/restore/plan                  AD
        POST    /datasets/{dataset}/backups/{id}/restore                       AD
        GET     /jobs                                                          ADECVS
        GET     /jobs/{id}                                                     ADECVS
        POST    /jobs/{id}/cancel                                              ADECVS
        GET     /jobs/{id}/listen                                              any
        GET     /aliases                                                       ADECVS
        PUT     /aliases/{alias}                                               AD
        PATCH   /aliases/{alias}                                               AD
        PATCH   /aliases/{alias}/unlink                                        AD
        DELETE  /aliases/{alias}                                               AD

        GET     /projects                                                      ADECVSN*
        POST    /projects
        GET     /projects/{project}                                            ADECVS
        PATCH   /projects/{project}                                            AD
        DELETE  /projects/{project}                                            A
        GET     /projects/{project}/activity                                   AD
        GET     /projects/{project}/cors                                       AD
        POST    /projects/{project}/cors                                       AD
        DELETE  /projects/{project}/cors/{id}                                  AD
        GET     /check/cors                                                    any
        GET     /projects/{project}/tags                                       ADECV
        POST    /projects/{project}/tags                                       AD
        PUT     /projects/{project}/tags/{tag}                                 AD
        PATCH   /projects/{project}/tags/{tag}                                 AD
        DELETE  /projects/{project}/tags/{tag}                                 AD
        GET     /organizations                                                 ADECVSN*
        GET     /organizations/{organization}                                  ADECVSN*
        GET     /organizations/{organization}/grants                           ADECVSN*

        GET     /projects/{project}/tokens                                     AD
        POST    /projects/{project}/tokens                                     AD
        DELETE  /projects/{project}/tokens/{id}                                AD
        GET     /access/project/{project}/robots                               AD
        POST    /access/project/{project}/robots                               AD
        GET     /access/project/{project}/robots/{id}                          AD
        DELETE  /access/project/{project}/robots/{id}                          AD
        GET     /access/robots/me                                              ADECVSN*
        POST    /access/robots/me/rotate                                       ADECVSN*

        GET     /roles                                                         ADECV
        GET     /projects/{project}/roles                                      ADECV
        GET     /access/project/{project}/roles                                ADECV
        POST    /access/project/{project}/roles                                A
        GET     /access/project/{project}/roles/{name}                         ADECV
        PUT     /access/project/{project}/roles/{name}                         A
        DELETE  /access/project/{project}/roles/{name}                         A
        GET     /access/project/{project}/users                                ADECV
        PUT     /access/project/{project}/users/{id}/roles/{role}              A
        DELETE  /access/project/{project}/users/{id}/roles/{role}              A
        GET     /projects/{project}/users/{id}                                 ADECV
        GET     /invitations/project/{project}                                 ADECV

        GET     /auth/id                                                       ADECVSN*
        GET     /users/me                                                      ADECVSN*
        GET     /users/{ids}                                                   ADECVSN*
        GET     /users/me/grants                                               ADECVSN*
        GET     /grants                                                        ADECVSN
        GET     /permissions                                                   ADECVSN
        GET     /features                                                      ADECVSN
        GET     /projects/{project}/grants                                     ADECVSN
        GET     /projects/{project}/permissions                                ADECVSN
        GET     /projects/{project}/features                                   ADECVSN
        """;

    /// <summary>All rows.</summary>
    public static IReadOnlyList<AccessRow> Rows { get; } = Text.Split('\n')
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Where(words => words.Length > 0)
        .Select(words => new AccessRow(
            words[0],
            words[1],
            words.ElementAtOrDefault(2) ?? string.Empty,
            words.ElementAtOrDefault(3) ?? words.ElementAtOrDefault(2) ?? string.Empty))
        .ToList();
}

/// <summary>A row of the table.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Route">The route as it is mapped.</param>
/// <param name="Private">Who may call it; on a private dataset where it is about one.</param>
/// <param name="Public">Who may call it on a public dataset.</param>
internal sealed record AccessRow(string Method, string Route, string Private, string Public)
{
    public override string ToString() => $"{Method} {Route}";
}
