namespace EventStore.Log.Mutations;

/// <summary>Makes the random names that reading mutations needs; the source of the randomness is the
/// caller's.</summary>
public interface IIdentifierSource
{
    /// <summary>A new document id without dots.</summary>
    string NewDocumentId();

    /// <summary>A new transaction id: 22 letters and digits.</summary>
    string NewTransactionId();

    /// <summary>A new <c>_key</c> for an object in an array.</summary>
    string NewArrayKey();
}
