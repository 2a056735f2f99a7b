namespace EventStore.Log.Postgres;

/// <summary>Documents of a stretch of ids as of some sequence.</summary>
/// <param name="Documents">Those that exist there, with their numbers, by ascending id.</param>
/// <param name="LastId">The last id that was looked at.</param>
internal sealed record DocumentPage(IReadOnlyList<(DocumentSnapshot Document, int Number)> Documents, string LastId);
