namespace EventStore.Cli.Archives;

/// <summary>How documents are written.</summary>
internal enum WritePhase
{
    /// <summary>As they are, unless the dataset has them so: what they refer to is there.</summary>
    Whole,

    /// <summary>With weak references, because they refer to each other.</summary>
    Weak,

    /// <summary>As they are, over what the weak ones left.</summary>
    Strong,
}
