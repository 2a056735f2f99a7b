using System.Text.Json.Nodes;

namespace EventStore.Server.Copies;

/// <summary>Where a copy with history stands.</summary>
/// <param name="Phase">What is being copied.</param>
/// <param name="Done">The last sequence or document of the phase that is done.</param>
/// <param name="Documents">How many documents the copy has; known behind the first phase.</param>
internal sealed record LogStep(string Phase, long Done, int Documents)
{
    public const string Transactions = "transactions";

    /// <summary>Documents, and what is derived of them and was not changed since.</summary>
    public const string Rows = "documents";

    /// <summary>Heads of documents that were changed since.</summary>
    public const string Heads = "heads";

    public const string Checkpoints = "checkpoints";

    /// <summary>The log is whole.</summary>
    public const string End = "end";

    public static LogStep Read(JsonObject? step) => step is null
        ? new(Transactions, 0, 0)
        : new((string)step["phase"]!, (long)step["done"]!, (int)step["documents"]!);

    public JsonObject ToJson() => new() { ["phase"] = Phase, ["done"] = Done, ["documents"] = Documents };
}
