namespace EventStore.Server.Assets.Images;

/// <summary>A file is no image that is understood, is not whole, or says of itself what cannot be.</summary>
internal sealed class ImageFormatException(string message) : Exception(message);
