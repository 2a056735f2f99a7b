using EventStore.Log.Transactions;

namespace EventStore.Log.Postgres.Copies;

/// <summary>An effect, and the number of its document in the dataset.</summary>
public sealed record LoggedEffect(int Document, Effect Effect);
