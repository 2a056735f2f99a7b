using System.Text;

namespace EventStore.Server.Backups.Format;

/// <summary>A document of a backup.</summary>
/// <param name="IdBytes">Its id.</param>
/// <param name="Json">Canonical, with <c>_rev</c>.</param>
internal readonly record struct BackedUpDocument(ReadOnlyMemory<byte> IdBytes, ReadOnlyMemory<byte> Json)
{
    public string Id => Encoding.UTF8.GetString(IdBytes.Span);
}
