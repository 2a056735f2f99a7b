namespace EventStore.Groq;

/// <summary>What an evaluation took.</summary>
/// <param name="Steps">Steps, as <see cref="GroqLimits.MaxSteps"/> counts them.</param>
public readonly record struct GroqStatistics(long Steps);
