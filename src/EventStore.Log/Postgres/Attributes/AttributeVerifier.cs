using System.Buffers.Binary;
using System.Data;
using System.Security.Cryptography;
using EventStore.Log.Projections.Attributes;
using Npgsql;

namespace EventStore.Log.Postgres.Attributes;

/// <summary>
/// Compares an attribute index with the documents at the sequence that it is said to be true at. Both sides may be
/// larger than memory and come in different orders, so their entries are summed up as digests, path by path: equal sums
/// are equal entries.
/// </summary>
internal sealed class AttributeVerifier(NpgsqlDataSource dataSource)
{
    private const int PortionEntries = 10_000;

    private const string SelectEntries = "select document, key from eventstore.attribute_entry where dataset = $1";

    /// <summary>The difference; null when there is none.</summary>
    public async Task<VerificationDifference?> CompareAsync(Dataset dataset, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var snapshot = await connection.BeginTransactionAsync(
            IsolationLevel.RepeatableRead, cancellationToken);
        await using var batch = new NpgsqlBatch(connection);
        if (await AttributeStore.ReadAsync(batch, dataset, cancellationToken) is not
            { State.Format: AttributeKeys.Format } layout)
        {
            return null;
        }

        var stored = await SumAsync(connection, dataset, cancellationToken);
        var expected = await SumAsync(dataset, layout, cancellationToken);
        foreach (var path in layout.Paths)
        {
            if (stored.GetValueOrDefault(path.Number) != expected.GetValueOrDefault(path.Number))
            {
                return new(
                    layout.State.Sequence, null, $"The attribute index of \"{path.Path}\" differs from the documents");
            }
        }

        var strangers = stored.Keys.Except(layout.Paths.Select(path => path.Number)).Except(layout.Dropped);
        return strangers.Any() ? new(null, null, "The attribute index has entries of no path") : null;
    }

    private static async Task<Dictionary<int, UInt128>> SumAsync(
        NpgsqlConnection connection, Dataset dataset, CancellationToken cancellationToken)
    {
        var sums = new Dictionary<int, UInt128>();
        await using var command = connection.CreateCommand(SelectEntries, dataset);
        command.CommandTimeout = 0;
        await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var document = reader.GetInt32(0);
            Add(sums, document, reader.GetFieldValue<byte[]>(1));
        }

        return sums;
    }

    private static void Add(Dictionary<int, UInt128> sums, int document, ReadOnlySpan<byte> key)
    {
        Span<byte> text = stackalloc byte[key.Length + sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(text, document);
        key.CopyTo(text[sizeof(int)..]);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text, digest);
        var path = key.Length < sizeof(ushort) ? -1 : AttributeKeys.Path(key);
        sums[path] = unchecked(sums.GetValueOrDefault(path) + BinaryPrimitives.ReadUInt128BigEndian(digest));
    }

    private async Task<Dictionary<int, UInt128>> SumAsync(
        Dataset dataset, AttributeLayout layout, CancellationToken cancellationToken)
    {
        var sums = new Dictionary<int, UInt128>();
        var projection = new AttributeProjection(layout.Paths);
        using var entries = new AttributeEntries();
        var documents = new DatasetReader(dataSource);
        await foreach (var batch in documents.ReadAsync(dataset, layout.State.Sequence, null, cancellationToken))
        {
            for (var index = 0; index < batch.Count; index++)
            {
                var line = batch[index];
                var type = layout.TypeNumber(line.Type ?? "");
                projection.Add(line.Json.Span, line.Document, line.Id.Value, type, entries);
                if (entries.Count >= PortionEntries)
                {
                    Take(sums, entries);
                }
            }
        }

        Take(sums, entries);
        return sums;
    }

    private static void Take(Dictionary<int, UInt128> sums, AttributeEntries entries)
    {
        entries.Sort();
        for (var index = 0; index < entries.Count; index++)
        {
            Add(sums, entries.Document(index), entries.Key(index));
        }

        entries.Clear();
    }
}
