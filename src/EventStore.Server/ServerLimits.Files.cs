namespace EventStore.Server;

/// <summary>The limits of files: assets and downloads.</summary>
internal static partial class ServerLimits
{
    /// <summary>Largest image that is taken as an asset, in bytes.</summary>
    public const long ImageBytes = 256L * 1024 * 1024;

    /// <summary>Largest file that is taken as an asset, in bytes.</summary>
    public const long FileBytes = 2L * 1024 * 1024 * 1024;

    /// <summary>Longest width or height of an image, in pixels.</summary>
    public const int ImageSide = 65_535;

    /// <summary>Most pixels of an image.</summary>
    public const long ImagePixels = 268_435_456;

    /// <summary>Most characters of an SVG image.</summary>
    public const long SvgCharacters = 16L * 1024 * 1024;

    /// <summary>Longest text that an uploader says of an asset (file name, title …), in characters.</summary>
    public const int AssetTextLength = 1000;

    /// <summary>How long a download link is good at most.</summary>
    public static readonly TimeSpan DownloadLinkLifetime = TimeSpan.FromHours(1);
}
