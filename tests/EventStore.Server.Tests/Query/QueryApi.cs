using System.Net;
using System.Text.Json.Nodes;
using EventStore.Server.Tests.Http;

namespace EventStore.Server.Tests.Query;

/// <summary>Short spellings of queries.</summary>
internal static class QueryApi
{
    /// <summary>A query of the API's first version, which sees everything unless it says otherwise.</summary>
    public static Task<Answer> QueryAsync(this Api api, string dataset, string query, string more = "", string version = "v1") =>
        api.GetAsync($"/{version}/data/query/{dataset}?query={Uri.EscapeDataString(query)}&{more}");

    /// <summary>The result of a query that succeeds, as JSON text.</summary>
    public static async Task<string> ResultAsync(this Api api, string dataset, string query, string more = "", string version = "v1") =>
        (await api.QueryAsync(dataset, query, more, version)).ShouldBe(HttpStatusCode.OK).Json["result"]?.ToJsonString() ?? "null";

    public static string Parameter(string name, string json) => $"{Uri.EscapeDataString("$" + name)}={Uri.EscapeDataString(json)}";

    /// <summary>Where and why a query is not valid.</summary>
    public static (string Query, int Start, int End) ParseError(this Answer answer)
    {
        answer.ShouldBeDescribed(HttpStatusCode.BadRequest).ErrorType.ShouldBe("queryParseError");
        JsonNode error = answer.Json["error"]!;
        return ((string)error["query"]!, (int)error["start"]!, (int)error["end"]!);
    }
}
