namespace EventStore.Server.Reference;

/// <summary>
/// What a reader has to know of an endpoint besides its method and path. Fields and parameters are written as lines,
/// <c>name type what it means</c>, see <see cref="FieldLine"/>.
/// </summary>
/// <param name="Endpoint">Method and route as they are mapped, such as <c>GET /data/doc/{dataset}/{ids}</c>.</param>
/// <param name="Summary">A few words.</param>
/// <param name="Answer">What a success carries: the name of a shape, of its array as <c>Shape[]</c>, <c>lines:Shape</c>
/// for NDJSON, or null for nothing.</param>
internal sealed record Operation(string Endpoint, string Summary, string? Answer)
{
    /// <summary>As answer: the bytes of a file.</summary>
    public const string Binary = "binary";

    /// <summary>As body: a file of any type.</summary>
    public const string AnyType = "*/*";

    /// <summary>What the summary does not say.</summary>
    public string? Description { get; init; }

    /// <summary>The parameters of the query string.</summary>
    public IReadOnlyList<string> Query { get; init; } = [];

    /// <summary>The fields of the JSON body; empty when there is none.</summary>
    public IReadOnlyList<string> Body { get; init; } = [];

    /// <summary>A body that is not a JSON object with fields: its media type.</summary>
    public string? BodyType { get; init; }

    /// <summary>Whether it answers without a token.</summary>
    public bool IsOpen { get; init; }
}
