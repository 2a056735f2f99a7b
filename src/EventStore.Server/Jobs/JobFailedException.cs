namespace EventStore.Server.Jobs;

/// <summary>A job cannot be done, and trying again would not help.</summary>
/// <param name="message">Why, for whoever asked for it.</param>
internal sealed class JobFailedException(string message) : Exception(message);
