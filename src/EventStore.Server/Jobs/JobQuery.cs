using EventStore.Server.Wire;

namespace EventStore.Server.Jobs;

/// <summary>Which jobs of a project to list.</summary>
/// <param name="States">Only these; null for all.</param>
/// <param name="Offset">How many of the newest to leave out.</param>
/// <param name="Limit">At most this many.</param>
internal sealed record JobQuery(IReadOnlyList<string>? States, long Offset, int Limit)
{
    /// <summary>Only this kind; null for all.</summary>
    public string? Kind { get; init; }

    /// <summary>Only jobs about this; null for all.</summary>
    public string? Subject { get; init; }

    /// <exception cref="BoomException">400: a parameter does not parse.</exception>
    public static JobQuery Read(QueryParameters query)
    {
        var states = query.List("state");
        if (states?.FirstOrDefault(state => !JobStates.All.Contains(state)) is { } unknown)
        {
            throw BoomException.BadRequest(
                $"\"state\": \"{unknown}\" is not one of {string.Join(", ", JobStates.All)}");
        }

        var limit = query.Count("limit") ?? ServerLimits.JobPage;
        return limit is 0 or > ServerLimits.JobPageMost
            ? throw BoomException.BadRequest($"\"limit\" must be a whole number from 1 to {ServerLimits.JobPageMost}")
            : new(states, query.Count("offset") ?? 0, (int)limit);
    }
}
