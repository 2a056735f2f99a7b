namespace EventStore.Server.Assets.Images;

/// <summary>What an image says of itself.</summary>
/// <param name="Extension">Its format as the extension of a file: png, jpg, gif, webp or svg.</param>
/// <param name="Width">In pixels, as it is to be shown.</param>
/// <param name="Height">In pixels, as it is to be shown.</param>
/// <param name="HasAlpha">Whether its pixels may be transparent.</param>
internal sealed record ImageHeader(string Extension, int Width, int Height, bool HasAlpha);
