using System.Text;
using EventStore.Mendoza;
using EventStore.Server.Documents;
using EventStore.Server.Projects;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Http;

namespace EventStore.Server.Query;

/// <summary>A query as it was asked for, in the query string or in a body.</summary>
internal sealed record QueryRequest
{
    private const char ParameterPrefix = '$';

    public required string Text { get; init; }

    /// <summary>The query's parameters as JSON, named without their <c>$</c>.</summary>
    public required IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Parameters { get; init; }

    public required Perspective Perspective { get; init; }

    public required AsOf AsOf { get; init; }

    /// <summary>Whether the answer repeats the query.</summary>
    public bool ReturnsQuery { get; init; }

    /// <summary>Whether the answer says how the query was carried out.</summary>
    public bool Explains { get; init; }

    /// <exception cref="BoomException">400: a parameter is not what it should be.</exception>
    /// <exception cref="JsonFormatException">A parameter or the body is no JSON.</exception>
    /// <exception cref="DescribedException">The body is too long, or no query.</exception>
    public static async Task<QueryRequest> ReadAsync(HttpContext context)
    {
        var query = QueryParameters.Of(context.Request);
        if (query.Text("resultSourceMap") is { } map && map != "false")
        {
            throw BoomException.BadRequest(
                "\"resultSourceMap\": content source maps are not supported; leave it out or say false");
        }

        var body = HttpMethods.IsPost(context.Request.Method)
            ? QueryBody.Parse((await RequestBody.ReadAsync(
                context.Request, ServerLimits.QueryBodyBytes, context.RequestAborted)).Span)
            : null;
        return new()
        {
            Text = body?.Query ?? query.Whole("query") ?? throw BoomException.BadRequest("\"query\" is missing"),
            Parameters = body?.Parameters ?? ReadParameters(query),
            Perspective = (query.Text("perspective") ?? body?.Perspective) is { } perspective
                ? Perspective.Parse(perspective)
                : Perspective.Default(context.Features.Get<RequestAddress>()),
            AsOf = AsOf.Read(query),
            ReturnsQuery = query.Flag("returnQuery") ?? true,
            Explains = query.Flag("explain") ?? false,
        };
    }

    private static Dictionary<string, ReadOnlyMemory<byte>> ReadParameters(QueryParameters query)
    {
        var parameters = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        foreach (var name in query.Names.Where(name => name.StartsWith(ParameterPrefix)))
        {
            try
            {
                var json = Encoding.UTF8.GetBytes(query.Whole(name) ?? string.Empty);
                parameters[name[1..]] = CanonicalJson.Canonicalize(json, ServerLimits.QueryJson);
            }
            catch (JsonFormatException exception)
            {
                throw BoomException.BadRequest(
                    $"\"{Shorten(name)}\" must be JSON, with strings in quotes: {exception.Message}");
            }
        }

        return parameters;
    }

    private static string Shorten(string name) => name.Length <= 100 ? name : name[..100] + "…";
}
