using EventStore.Log.Postgres;

namespace EventStore.Server.Import;

/// <summary>A line that was read and understood.</summary>
/// <param name="Line">Its number, from 1.</param>
/// <param name="Request">What it asks for.</param>
/// <param name="Bytes">Its length.</param>
internal sealed record ImportedTransaction(long Line, PreparedRequest Request, int Bytes);
