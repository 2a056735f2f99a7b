using EventStore.Log.Documents;

namespace EventStore.Server.Mutate;

/// <summary>What a mutate request asks for besides its mutations.</summary>
internal sealed record MutateOptions
{
    /// <summary>The id the caller chose for the transaction.</summary>
    public TransactionId? TransactionId { get; init; }

    /// <summary>Evaluates and answers, but writes nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary>Gives objects in arrays a <c>_key</c> where they have none.</summary>
    public bool AutoGenerateArrayKeys { get; init; }

    /// <summary>Puts document ids into the results.</summary>
    public bool ReturnIds { get; init; }

    /// <summary>Puts whole documents into the results.</summary>
    public bool ReturnDocuments { get; init; }
}
