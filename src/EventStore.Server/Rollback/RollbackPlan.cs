using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EventStore.Log.Documents;

namespace EventStore.Server.Rollback;

/// <summary>
/// What is to be done to each document, known by a digest over that and over the heads it was computed for: whoever
/// names the digest says what he has seen.
/// </summary>
internal sealed class RollbackPlan
{
    private const string Prefix = "rollback-";

    private readonly Dictionary<DocumentId, RollbackEntry> _byId;

    /// <param name="range">What is undone.</param>
    /// <param name="entries">The documents, by ascending id.</param>
    public RollbackPlan(RollbackRange range, IReadOnlyList<RollbackEntry> entries)
    {
        Range = range;
        Entries = entries;
        Active = [.. entries.Where(entry => entry.IsActive)];
        Conflicts = entries.Count(entry => entry.Outcome == RollbackActions.Conflict);
        Id = DigestOf(entries);
        _byId = entries.ToDictionary(entry => entry.Id);
    }

    /// <summary>The digest, 64 hexadecimal digits.</summary>
    public string Id { get; }

    public RollbackRange Range { get; }

    /// <summary>The documents that it changes, by ascending id.</summary>
    public IReadOnlyList<RollbackEntry> Active { get; }

    /// <summary>All documents that it is about, those that are left as they are included.</summary>
    public IReadOnlyList<RollbackEntry> Entries { get; }

    /// <summary>How many documents are in the way.</summary>
    public int Conflicts { get; }

    public RollbackEntry? Find(DocumentId id) => _byId.GetValueOrDefault(id);

    /// <summary>Whether all that it takes is in memory, so that one transaction does it.</summary>
    public bool IsOneTransaction => Active.All(entry => entry.Mutation is not null);

    public static bool IsId(string text) =>
        text.Length == SHA256.HashSizeInBytes * 2 && text.All(char.IsAsciiHexDigitLower);

    /// <summary>The transaction that a small plan becomes. An id is used once, and so is the plan.</summary>
    public static TransactionId TransactionOf(string plan) => TransactionId.Parse(Prefix + plan);

    /// <summary>One of the transactions that a large plan becomes, from 1 on.</summary>
    public static TransactionId TransactionOf(string plan, int portion) =>
        TransactionId.Parse(string.Create(CultureInfo.InvariantCulture, $"{Prefix}{plan}-{portion}"));

    private static string DigestOf(IEnumerable<RollbackEntry> entries)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> sequence = stackalloc byte[sizeof(long)];
        foreach (var entry in entries)
        {
            BinaryPrimitives.WriteInt64BigEndian(sequence, entry.Sequence);
            digest.AppendData(Encoding.ASCII.GetBytes($"{entry.Id.Value}\n{entry.Action}\n{entry.Outcome}\n"));
            digest.AppendData(sequence);
            digest.AppendData(entry.Content);
        }

        return Convert.ToHexStringLower(digest.GetHashAndReset());
    }
}
