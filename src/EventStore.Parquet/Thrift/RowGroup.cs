using EventStore.Parquet.Pages;

namespace EventStore.Parquet.Thrift;

/// <summary>A row group that has been written.</summary>
/// <param name="Rows">How many rows it has.</param>
/// <param name="Chunks">Its columns.</param>
internal sealed record RowGroup(long Rows, IReadOnlyList<EncodedChunk> Chunks);
