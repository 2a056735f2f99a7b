using EventStore.Server.Collections.Fields;

namespace EventStore.Server.Collections;

/// <summary>The rows of a file: JSON objects. Whoever reads them twice gets the same.</summary>
internal interface IRowSource
{
    /// <summary>The fields that rows were reduced to, in the order they were asked for; null for all.</summary>
    IReadOnlyList<FieldPath>? Fields { get; }

    /// <summary>The rows, as canonical JSON; each is good until the next one is asked for.</summary>
    IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken);
}
