using EventStore.Server.Backups.Format;
using EventStore.Server.Backups.Making;

namespace EventStore.Server.Tests.Backups;

/// <summary>What years of daily backups come to: few parts, and little that is written twice.</summary>
public sealed class BackupPlanTests
{
    private const int Days = 2000;

    [Fact]
    public void Parts_of_the_log_stay_few_and_each_transaction_is_written_a_few_times()
    {
        const int bytesOfTransaction = 100;
        IReadOnlyList<LogPart> parts = [];
        var (end, written, most) = (0L, 0L, 0);
        for (var day = 0; day < Days; day++)
        {
            var next = end + 1 + ((day * 7919L) % 400);
            var kept = BackupPlan.KeepLog(parts, next);
            var from = kept is [.., var last] ? last.To + 1 : 1;
            parts = [.. kept, new("k", (next - from + 1) * bytesOfTransaction, "", from, next, "", default, 0)];
            written += next - from + 1;
            end = next;
            most = Math.Max(most, parts.Count);
        }

        parts.Zip(parts.Skip(1)).ShouldAllBe(pair => pair.First.To + 1 == pair.Second.From);
        var full = end * bytesOfTransaction / ServerLimits.BackupPartBytes;
        most.ShouldBeLessThanOrEqualTo((int)full + 2 + (int)Math.Log2(end));
        ((double)written / end).ShouldBeLessThan(2 + Math.Log2(Days));
    }

    [Fact]
    public void Layers_stay_few_and_do_not_outgrow_the_documents()
    {
        const long documents = 100_000;
        IReadOnlyList<DocumentLayer> layers = [];
        var (written, most) = (0L, 0);
        for (var day = 1; day <= Days; day++)
        {
            var changed = 1 + (day * 7919L % 2000);
            var kept = BackupPlan.KeepLayers(layers, changed);
            var swallowed = layers.Skip(kept.Count).Where(layer => layer.Since > 0).Sum(layer => layer.Entries);
            var entries = kept.Count == 0 ? documents : changed + swallowed;
            var since = kept is [.., var last] ? last.Sequence : 0;
            layers = [.. kept, new(since, day, documents, [new("k", 1, "", "a", "z", (int)entries, 0, "")])];
            written += entries;
            most = Math.Max(most, layers.Count);
            layers.Skip(1).Sum(layer => layer.Entries).ShouldBeLessThanOrEqualTo(documents / 2);
        }

        most.ShouldBeLessThanOrEqualTo(1 + (int)Math.Log2(documents));
        ((double)written / Days).ShouldBeLessThan(documents / 10.0);
    }
}
