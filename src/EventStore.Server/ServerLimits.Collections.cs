using EventStore.Mendoza;

namespace EventStore.Server;

/// <summary>The limits of exported collections.</summary>
internal static partial class ServerLimits
{
    /// <summary>Largest body of a request on a collection, in bytes.</summary>
    public const int CollectionBodyBytes = 256 * 1024;

    /// <summary>Most rows of an exported collection.</summary>
    public const int CollectionSample = 1_000_000;

    /// <summary>Most fields that can be selected.</summary>
    public const int CollectionFields = 500;

    /// <summary>Collections that are exported at the same time; each takes all processors now and then.</summary>
    public const int CollectionExports = 2;

    /// <summary>Exports of collections that may wait for their turn.</summary>
    public const int CollectionExportsWaiting = 100;

    /// <summary>How much of an exported file may wait for the store, in bytes.</summary>
    public const int CollectionPipeBytes = 1024 * 1024;

    /// <summary>What the JSON of a request on a collection may look like.</summary>
    public static readonly JsonLimits CollectionJson = new() { MaxDepth = 60 };

    /// <summary>How long exported files are kept.</summary>
    public static readonly TimeSpan ExportedFileLifetime = TimeSpan.FromHours(24);

    /// <summary>Pause between two looks for exported files that are too old.</summary>
    public static readonly TimeSpan ExportSweepInterval = TimeSpan.FromMinutes(10);

    /// <summary>How often an export in the background tells how far it is.</summary>
    public static readonly TimeSpan CollectionProgressInterval = TimeSpan.FromMilliseconds(500);
}
