namespace EventStore.Log.Postgres.Reading;

/// <summary>A portion together with the turn of large ones.</summary>
internal sealed class LargePortion(IDisposable portion, IDisposable? turn) : IDisposable
{
    public void Dispose()
    {
        turn?.Dispose();
        portion.Dispose();
    }
}
