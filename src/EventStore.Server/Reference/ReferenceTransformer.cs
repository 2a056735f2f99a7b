using EventStore.Server.Projects;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace EventStore.Server.Reference;

/// <summary>
/// Turns the endpoints that the framework found into a description for readers: paths as clients write them, and what
/// <see cref="Operation"/> says of each.
/// </summary>
internal sealed class ReferenceTransformer : IOpenApiDocumentTransformer
{
    private const string Security = "token";
    private const string Json = "application/json";
    private const string Lines = "application/x-ndjson";

    private static readonly (string Name, string Description, IReadOnlyList<Operation> Operations)[] Groups =
    [
        ("Data", "The contents of a dataset, now and at any time.", DataOperations.All),
        ("Files", "The contents of assets, and downloads.", FileOperations.All),
        ("Projects", "Projects, datasets, aliases, tags and CORS origins.", ProjectOperations.All),
        ("Jobs", "Background work, and copies of datasets, which are made by it.", JobOperations.All),
        ("Backups", "Backups of datasets with their logs and assets, which outlive them.", BackupOperations.All),
        ("Access", "Tokens, roles, members, and what the caller may do.", AccessOperations.All),
        ("Server", "The server itself.", ServerOperations.All),
    ];

    private static readonly Dictionary<string, string> PathParameters = new()
    {
        ["project"] = "The project's id",
        ["dataset"] = "The dataset's name, or ~ and the name of an alias",
        ["collection"] = "The dataset's name, or the project's and the dataset's with a dot between them",
        ["ids"] = "Ids, separated by commas",
        ["id"] = "Its id",
        ["tag"] = "The tag's name or id",
        ["alias"] = "The alias, with or without the leading ~",
        ["name"] = "The role's name",
        ["role"] = "The role's name",
        ["file"] = "The name of the file: the digest of its content, the size of an image, and an extension",
        ["link"] = "What stands in the link",
        ["organization"] = "The organization's id",
    };

    private static readonly (string Status, string Description)[] Errors =
    [
        ("400", "Something in the request is missing or bad; the message names it."),
        ("401", "The request has no token that is known and not expired."),
        ("403", "The caller may not, or the project is closed."),
        ("404", "There is no such thing."),
    ];

    /// <summary>All operations that are described.</summary>
    public static IEnumerable<Operation> Operations => Groups.SelectMany(group => group.Operations);

    public Task TransformAsync(
        OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new()
        {
            Title = "EventStore",
            Version = "1",
            Description = "Paths begin with an API version. The project is the one in the path (also as a prefix, "
                + "/p/{project}/v…), else the first label of the host name, else the header "
                + $"{ProjectResolver.Header}, else the token's, else the only one there is or the default. Paths of "
                + "datasets are also accepted without /projects/{project}; data calls also as "
                + "/projects/{project}/datasets/{dataset}/<call>.",
        };
        document.Servers = [VersionedServer()];
        document.Tags = Groups
            .Select(group => new OpenApiTag { Name = group.Name, Description = group.Description }).ToHashSet();
        document.Components = new()
        {
            Schemas = Shapes.All.Concat(JobShapes.All).Concat(BackupShapes.All).ToDictionary(
                shape => shape.Key,
                IOpenApiSchema (shape) => FieldLine.ObjectOf(shape.Value.Skip(1), shape.Value[0], document)),
            SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                [Security] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer" },
            },
        };
        document.Security = [Requirement(document)];
        document.Paths = Describe(document);
        return Task.CompletedTask;
    }

    private static OpenApiServer VersionedServer() => new()
    {
        Url = "/{apiVersion}",
        Variables = new Dictionary<string, OpenApiServerVariable>
        {
            ["apiVersion"] = new() { Default = "v2021-06-07", Description = "v1, vX or v and a date" },
        },
    };

    private static OpenApiSecurityRequirement Requirement(OpenApiDocument document) =>
        new() { [new OpenApiSecuritySchemeReference(Security, document)] = [] };

    private static OpenApiPaths Describe(OpenApiDocument document)
    {
        var known = Groups
            .SelectMany(group => group.Operations.Select(operation => (group.Name, operation)))
            .ToDictionary(entry => entry.operation.Endpoint);
        var paths = new OpenApiPaths();
        foreach (var (path, item) in document.Paths.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            var isVersioned = path.StartsWith(AddressingMiddleware.RoutePrefix, StringComparison.Ordinal);
            var route = isVersioned ? path[AddressingMiddleware.RoutePrefix.Length..] : path;
            var isOfProject = route.StartsWith("/datasets", StringComparison.Ordinal);
            var published = isOfProject ? "/projects/{project}" + route : route;
            var described = new OpenApiPathItem { Operations = [] };
            foreach (var method in item.Operations!.Keys.OrderBy(method => method.Method, StringComparer.Ordinal))
            {
                if (known.TryGetValue($"{method.Method} {route}", out var entry))
                {
                    described.AddOperation(method, Describe(document, entry.operation, entry.Name, method, published));
                }
            }

            described.Servers = isVersioned ? null : [new OpenApiServer { Url = "/" }];
            paths[published] = described;
        }

        return paths;
    }

    private static OpenApiOperation Describe(
        OpenApiDocument document, Operation operation, string group, HttpMethod method, string path)
    {
        return new()
        {
            OperationId = method.Method.ToLowerInvariant() + path.Replace('/', '-').Replace("{", "").Replace("}", ""),
            Summary = operation.Summary,
            Description = operation.Description,
            Tags = new HashSet<OpenApiTagReference> { new(group, document) },
            Parameters = [.. PathParametersOf(path), .. operation.Query.Select(line => QueryParameter(line, document))],
            RequestBody = BodyOf(document, operation),
            Responses = ResponsesOf(document, operation, method, group),
            Security = operation.IsOpen ? [[], Requirement(document)] : null,
        };
    }

    private static IEnumerable<OpenApiParameter> PathParametersOf(string path) => path.Split('/')
        .Where(segment => segment.StartsWith('{'))
        .Select(segment => segment.Trim('{', '}'))
        .Select(name => new OpenApiParameter
        {
            Name = name,
            In = ParameterLocation.Path,
            Required = true,
            Description = PathParameters.GetValueOrDefault(name),
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        });

    private static OpenApiParameter QueryParameter(string line, OpenApiDocument document)
    {
        var field = FieldLine.Parse(line, document);
        ((OpenApiSchema)field.Schema).Description = null;
        return new()
        {
            Name = field.Name,
            In = ParameterLocation.Query,
            Required = field.IsRequired,
            Description = field.Description,
            Schema = field.Schema,
        };
    }

    private static OpenApiRequestBody? BodyOf(OpenApiDocument document, Operation operation)
    {
        if (operation.BodyType is { } type)
        {
            var isText = type != Operation.AnyType;
            var text = new OpenApiSchema { Type = JsonSchemaType.String, Format = isText ? null : "binary" };
            return new() { Required = true, Content = Content(type, text) };
        }

        return operation.Body.Count == 0
            ? null
            : new() { Content = Content(Json, FieldLine.ObjectOf(operation.Body, null, document)) };
    }

    private static OpenApiResponses ResponsesOf(
        OpenApiDocument document, Operation operation, HttpMethod method, string group)
    {
        var responses = new OpenApiResponses
        {
            [operation.Answer is null ? "204" : "200"] = operation.Answer switch
            {
                null => new OpenApiResponse { Description = "Done." },
                var answer when answer.StartsWith("lines:", StringComparison.Ordinal) => new OpenApiResponse
                {
                    Description = "One JSON value a line.",
                    Content = Content(Lines, FieldLine.SchemaOf(answer[6..], null, document)),
                },
                Operation.Binary => new OpenApiResponse
                {
                    Description = "The content.",
                    Content = Content("*/*", new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" }),
                },
                var answer => new OpenApiResponse
                {
                    Description = "Done.",
                    Content = Content(Json, FieldLine.SchemaOf(answer, null, document)),
                },
            },
        };
        if (group == "Server")
        {
            return responses;
        }

        var shape = group == "Data" ? Shapes.DataError : Shapes.ManagementError;
        foreach (var (status, description) in Errors)
        {
            responses[status] = Error(description, shape, document);
        }

        if (method != HttpMethod.Get && method != HttpMethod.Head)
        {
            responses["409"] = Error("It is there already, or something else is in the way.", shape, document);
        }

        responses["503"] = Error("The database is away; Retry-After says when to come back.", shape, document);
        return responses;
    }

    private static OpenApiResponse Error(string description, string shape, OpenApiDocument document) =>
        new() { Description = description, Content = Content(Json, new OpenApiSchemaReference(shape, document)) };

    private static Dictionary<string, OpenApiMediaType> Content(string type, IOpenApiSchema schema) =>
        new() { [type] = new() { Schema = schema } };
}
