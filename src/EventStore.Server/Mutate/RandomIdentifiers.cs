using System.Security.Cryptography;
using EventStore.Log.Mutations;

namespace EventStore.Server.Mutate;

/// <summary>Makes ids from the operating system's randomness.</summary>
internal sealed class RandomIdentifiers : IIdentifierSource
{
    private const int TransactionIdLength = 22;
    private const int ArrayKeyBytes = 6;
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    public string NewDocumentId() => Guid.NewGuid().ToString();

    public string NewArrayKey() => RandomNumberGenerator.GetHexString(ArrayKeyBytes * 2, lowercase: true);

    public string NewTransactionId() => RandomNumberGenerator.GetString(Alphabet, TransactionIdLength);
}
