using EventStore.Cli.Terminal;

namespace EventStore.Cli.Archives;

/// <summary>What came of the import of an archive.</summary>
/// <param name="Written">Documents that were written.</param>
/// <param name="Unchanged">Documents that were there already.</param>
/// <param name="Uploaded">Assets that were uploaded.</param>
/// <param name="Present">Assets that were there already.</param>
/// <param name="Refused">Documents that the server refused, and why.</param>
internal sealed record ArchiveImportResult(
    int Written, int Unchanged, int Uploaded, int Present, IReadOnlyList<(string Id, string Reason)> Refused)
{
    public override string ToString() =>
        $"{Quantity.Of(Written, "document")} ({Unchanged} already there, {Refused.Count} refused) and "
        + $"{Quantity.Of(Uploaded, "asset")} ({Present} already there)";
}
