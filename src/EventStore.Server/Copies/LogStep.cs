using System.Text.Json.Nodes;

namespace EventStore.Server.Copies;

/// <summary>Where the making of a dataset from a log stands.</summary>
/// <param name="Phase">What is being made.</param>
/// <param name="Done">The last sequence or document of the phase that is done.</param>
/// <param name="Documents">How many documents the dataset has; known behind the first phase.</param>
internal sealed record LogStep(string Phase, long Done, int Documents)
{
    public const string Transactions = "transactions";

    /// <summary>Documents, and what is derived of them and was not changed since.</summary>
    public const string Rows = "documents";

    public const string Checkpoints = "checkpoints";

    /// <summary>What is derived and could not be copied.</summary>
    public const string Heads = "heads";

    /// <summary>The log is whole.</summary>
    public const string End = "end";

    /// <summary>The last sequence whose effects are copied: that goes on beside the phases before
    /// <see cref="Heads"/>.</summary>
    public long Effects { get; init; }

    /// <summary>Whether there are documents whose heads could not be copied.</summary>
    public bool LacksHeads { get; init; }

    public static LogStep Read(JsonObject? step) => step is null
        ? new(Transactions, 0, 0)
        : new((string)step["phase"]!, (long)step["done"]!, (int)step["documents"]!)
        {
            Effects = (long)step["effects"]!,
            LacksHeads = (bool)step["lacksHeads"]!,
        };

    public JsonObject ToJson() => new()
    {
        ["phase"] = Phase,
        ["done"] = Done,
        ["documents"] = Documents,
        ["effects"] = Effects,
        ["lacksHeads"] = LacksHeads,
    };
}
