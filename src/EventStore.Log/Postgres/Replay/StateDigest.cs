using System.Security.Cryptography;
using System.Text;
using EventStore.Log.Projections;

namespace EventStore.Log.Postgres.Replay;

/// <summary>
/// The digest of a dataset's state. It is made of digests of the documents, so that they may come in any order and need
/// not be held in memory together.
/// </summary>
internal sealed class StateDigest
{
    private readonly List<(string Id, byte[] Digest)> _documents = [];

    /// <summary>Bytes of all documents, as an export writes them.</summary>
    public long Bytes { get; private set; }

    public int Documents => _documents.Count;

    /// <summary>Adds the documents of a batch.</summary>
    public void Add(DocumentBatch batch)
    {
        for (var index = 0; index < batch.Count; index++)
        {
            var line = batch.Lines(index, index + 1).Span;
            var id = Encoding.UTF8.GetString(batch[index].IdBytes);
            _documents.Add((id, SHA256.HashData(line)));
            Bytes += line.Length;
        }
    }

    /// <summary>Adds what another one has gathered.</summary>
    public void Add(StateDigest other)
    {
        _documents.AddRange(other._documents);
        Bytes += other.Bytes;
    }

    /// <summary>Lower-case hexadecimal.</summary>
    public string Compute()
    {
        _documents.Sort(static (one, other) => string.CompareOrdinal(one.Id, other.Id));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (_, digest) in _documents)
        {
            hash.AppendData(digest);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
