using System.Text.Json.Nodes;

namespace EventStore.Server.Activity;

/// <summary>A change of the management side, as it is recorded.</summary>
/// <param name="ProjectId">The project it concerns; null when it concerns no single one.</param>
/// <param name="Author">User id of the caller.</param>
/// <param name="Action">What was done: <c>dataset.create</c>, <c>token.delete</c> … (kind of thing, dot,
/// verb).</param>
/// <param name="Subject">The id or name of the thing it was done to.</param>
/// <param name="Details">What else a reader wants to know: new values, never a secret.</param>
internal sealed record ManagementChange(
    string? ProjectId, string Author, string Action, string Subject, JsonObject? Details = null);
