namespace EventStore.Server.Collections;

/// <summary>A request on a collection that is refused as a whole, with all that is wrong with it.</summary>
/// <param name="faults">At least one.</param>
internal sealed class CollectionRequestException(IReadOnlyList<BodyFault> faults) : Exception(faults[0].Message)
{
    public IReadOnlyList<BodyFault> Faults { get; } = faults;

    /// <summary>A refusal for one reason.</summary>
    /// <param name="message">What is wrong.</param>
    /// <param name="type">What kind of fault.</param>
    /// <param name="location">Where, below the body.</param>
    public static CollectionRequestException Of(string message, string type, params object[] location) =>
        new([new([BodyReader.Root, .. location], message, type)]);
}
