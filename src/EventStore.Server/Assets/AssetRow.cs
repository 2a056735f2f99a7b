namespace EventStore.Server.Assets;

/// <summary>What is remembered of the content of assets.</summary>
/// <param name="Md5">Its other digest, which clients compare.</param>
/// <param name="Length">In bytes.</param>
internal sealed record AssetRow(byte[] Md5, long Length);
