using EventStore.Log.Mutations;
using EventStore.Server.Wire;

namespace EventStore.Server.Import;

/// <summary>
/// Refuses to make up ids. An import that is repeated must meet the same transactions again, so nothing in it may be
/// random.
/// </summary>
internal sealed class ImportIdentifiers : IIdentifierSource
{
    public static readonly ImportIdentifiers Instance = new();

    public string NewDocumentId() => throw Refusal();

    public string NewArrayKey() => throw Refusal();

    public string NewTransactionId() => throw Refusal();

    private static DescribedException Refusal() => DescribedException.Malformed(
        "An imported create needs a whole _id: a generated one would differ at each import");
}
