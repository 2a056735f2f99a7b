namespace EventStore.Server.Query.Attributes;

/// <summary>An index cannot be used as it was meant to be.</summary>
/// <param name="lags">Whether it is too far behind the log, or ahead of what is read; else it was changed between the
/// look at its layout and the read, and both are to be done again.</param>
internal sealed class IndexChangedException(bool lags) : Exception
{
    public bool Lags => lags;
}
