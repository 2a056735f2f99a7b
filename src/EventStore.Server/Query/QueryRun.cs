using EventStore.Server.Query.Datasets;

namespace EventStore.Server.Query;

/// <summary>What the evaluation of a query took.</summary>
/// <param name="Sequence">The state that it saw.</param>
/// <param name="Steps">Steps, as the bound on work counts them.</param>
/// <param name="Trace">What was read.</param>
internal sealed record QueryRun(long Sequence, long Steps, QueryTrace Trace);
