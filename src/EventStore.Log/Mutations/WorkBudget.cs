namespace EventStore.Log.Mutations;

/// <summary>Counts the work of a transaction's patches, so that hostile ones end in an error and not in a busy
/// server.</summary>
internal sealed class WorkBudget(long units)
{
    private long _left = units;

    /// <summary>Takes units away; the transaction is rejected when none are left.</summary>
    public void Charge(long units)
    {
        _left -= units;
        if (_left < 0)
        {
            throw new MutationRejection(new MutationError(
                MutationErrorType.Validation, "The patches of this transaction need too much work; split them up"))
            {
                IsFinal = true,
            };
        }
    }
}
