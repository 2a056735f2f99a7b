namespace EventStore.Log.Mutations;

/// <summary>How mutations are read.</summary>
/// <param name="AutoGenerateArrayKeys">Give every object in an array that lacks a <c>_key</c> a new one.</param>
public sealed record MutationParseOptions(bool AutoGenerateArrayKeys);
