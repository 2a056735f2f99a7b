namespace EventStore.Log.Postgres;

/// <summary>A project: a namespace of datasets.</summary>
/// <param name="Id">Its id, as clients send it.</param>
/// <param name="DisplayName">For people.</param>
/// <param name="CreatedAt">UTC.</param>
public sealed record Project(string Id, string DisplayName, DateTimeOffset CreatedAt);
