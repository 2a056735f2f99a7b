namespace EventStore.Server.Collections;

/// <summary>Something in a request body that is not what it should be.</summary>
/// <param name="Location">Where: keys and numbers of elements, from the body down.</param>
/// <param name="Message">What is wrong, for people.</param>
/// <param name="Type">What kind of fault, for programs.</param>
internal sealed record BodyFault(IReadOnlyList<object> Location, string Message, string Type);
