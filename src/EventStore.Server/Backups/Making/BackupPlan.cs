using EventStore.Server.Backups.Format;

namespace EventStore.Server.Backups.Making;

/// <summary>
/// What a backup takes over from the one before, and what it writes anew. New ranges of the log and new layers swallow
/// older ones of less than twice their size, which are then written again from the dataset: so each is at least twice as
/// large as the next, their number stays about the logarithm of what they hold, and nothing is written more often than
/// that. Full parts of a log are left alone.
/// </summary>
internal static class BackupPlan
{
    private const int Ratio = 2;

    /// <summary>The parts of the log that are kept.</summary>
    /// <param name="parts">Those of the backup before.</param>
    /// <param name="sequence">Where the new backup ends.</param>
    public static IReadOnlyList<LogPart> KeepLog(IReadOnlyList<LogPart> parts, long sequence)
    {
        var kept = parts.Count;
        while (kept > 0
            && parts[kept - 1] is var last
            && last.To < sequence
            && last.Length < ServerLimits.BackupPartBytes
            && last.To - last.From < Ratio * (sequence - last.To))
        {
            kept--;
        }

        return [.. parts.Take(kept)];
    }

    /// <summary>The layers that are kept; none when all documents are to be written again.</summary>
    /// <param name="layers">Those of the backup before.</param>
    /// <param name="changed">How many documents were changed since.</param>
    public static IReadOnlyList<DocumentLayer> KeepLayers(IReadOnlyList<DocumentLayer> layers, long changed)
    {
        if (layers.Count == 0)
        {
            return [];
        }

        var kept = layers.Count;
        while (kept > 1 && layers[kept - 1].Entries < Ratio * changed)
        {
            changed += layers[--kept].Entries;
        }

        // What is read is read through all layers: they must not outgrow the documents themselves.
        var covered = layers.Take(kept).Skip(1).Sum(layer => layer.Entries) + changed;
        return covered > layers[0].Entries / 2 ? [] : [.. layers.Take(kept)];
    }
}
