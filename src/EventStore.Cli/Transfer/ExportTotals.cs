using EventStore.Cli.Terminal;

namespace EventStore.Cli.Transfer;

/// <summary>How much an export has written.</summary>
internal readonly record struct ExportTotals(long Documents, long Bytes)
{
    public override string ToString() => $"{Quantity.Of(Documents, "document")}, {Quantity.Of(Bytes, "byte")}";
}
