using System.Text;
using EventStore.Server.Backups;
using EventStore.Server.Backups.Format;
using EventStore.Server.Backups.Reading;
using EventStore.Server.Tests.Assets;
using EventStore.Server.Tests.Http;
using EventStore.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit.Abstractions;

namespace EventStore.Server.Tests.Backups;

/// <summary>
/// Backups that are damaged in every way that storage damages files: what reads them for a restore finds it before
/// anything could be written, and what reads without looking first gives the truth or fails.
/// </summary>
public sealed class DamagedBackupTests(ServerWithMemoryBlobs stage, ITestOutputHelper output)
    : IClassFixture<ServerWithMemoryBlobs>
{
    private const int Damages = 500;

    private TestServer Server => stage.Server;

    [Fact]
    public async Task Every_damage_is_found_before_anything_is_written()
    {
        var backup = await CreateAsync();
        var whole = stage.Blobs.All.ToDictionary();
        var manifest = (await Open(whole).OpenAsync(backup, default)).Manifest;
        var named = await NamedAsync(whole, backup, manifest);
        var (truth, _) = await ReadAsync(whole, backup);
        var random = new Random(Random.Shared.Next() is var seed ? seed : 0);
        output.WriteLine($"seed={seed}, {named.Count} blobs, {named.Sum(key => whole[key].Length)} bytes");
        var kinds = new Dictionary<string, int>();
        for (var number = 0; number < Damages; number++)
        {
            var damaged = whole.ToDictionary();
            var what = Damage(damaged, named, random);
            kinds[what.Split(' ')[0]] = kinds.GetValueOrDefault(what.Split(' ')[0]) + 1;
            var found = await CheckAsync(damaged, backup);
            found.ShouldNotBeNull($"seed={seed}, number {number}: {what}");

            var (text, failure) = await ReadAsync(damaged, backup);
            (failure is not null || text == truth).ShouldBeTrue($"seed={seed}, number {number}: {what} was read as something else");
        }

        output.WriteLine(string.Join(", ", kinds.Select(kind => $"{kind.Key}: {kind.Value}")));
        (await CheckAsync(whole, backup)).ShouldBeNull();
    }

    [Fact]
    public async Task The_server_says_that_a_backup_is_damaged_and_heals_with_the_next_one()
    {
        var backup = await CreateAsync();
        var calls = new BackupCalls(Server.Client);
        var manifest = (await Open(stage.Blobs.All).OpenAsync(backup, default)).Manifest;
        var part = manifest.Log[0];
        stage.Blobs.All[part.Key] = [.. stage.Blobs.All[part.Key]];
        stage.Blobs.All[part.Key][part.Length / 2] ^= 4;
        var verified = await calls.VerifyAsync(backup.DatasetName, backup.Id);
        ((string)verified["difference"]!["description"]!).ShouldContain(part.Key);

        var next = await calls.CreateAsync(backup.DatasetName);
        (await calls.VerifyAsync(backup.DatasetName, next))["certificate"].ShouldNotBeNull();
    }

    /// <summary>A dataset with a history, assets and several layers.</summary>
    private async Task<StoredBackup> CreateAsync()
    {
        var dataset = await new Api(Server).CreateDatasetAsync();
        var calls = new BackupCalls(Server.Client);
        var assets = new AssetCalls(Server);
        await calls.ImportAsync(dataset, BackupCalls.History(1, 400, 120));
        await calls.CreateAsync(dataset);
        await calls.ImportAsync(dataset, BackupCalls.History(401, 430, 120));
        await assets.UploadAsync("files", dataset, "one file"u8.ToArray(), "filename=a.txt", "text/plain");
        await calls.CreateAsync(dataset);
        await assets.UploadAsync("files", dataset, "another file"u8.ToArray(), "filename=b.txt", "text/plain");
        await new Api(Server).MutateAsync(dataset, """{"createOrReplace":{"_id":"d7","_type":"t","last":true}}""");
        var id = await calls.CreateAsync(dataset);
        return (await Server.Host.Services.GetRequiredService<BackupStore>().FindAsync(TestServer.ProjectId, dataset, id, default))
            .ShouldNotBeNull();
    }

    private static BackupOpening Open(Dictionary<string, byte[]> blobs)
    {
        var store = new MemoryBlobs();
        foreach (var (key, bytes) in blobs)
        {
            store.All[key] = bytes;
        }

        return new(new(store), new());
    }

    private static async Task<List<string>> NamedAsync(
        Dictionary<string, byte[]> blobs, StoredBackup backup, BackupManifest manifest)
    {
        var named = manifest.Parts.Select(part => part.Key).Append(backup.Manifest).ToList();
        var archive = await Open(blobs).OpenAsync(backup, default);
        await foreach (var asset in archive.ReadAssetsAsync(default))
        {
            named.Add(asset.Key);
        }

        manifest.Log.Count.ShouldBeGreaterThan(1);
        manifest.Layers.Count.ShouldBeGreaterThan(1);
        manifest.Assets.ShouldBe(2);
        return named;
    }

    /// <summary>What a restore does before it writes.</summary>
    private static async Task<BackupDamagedException?> CheckAsync(Dictionary<string, byte[]> blobs, StoredBackup backup)
    {
        try
        {
            var archive = await Open(blobs).OpenAsync(backup, default);
            await foreach (var _ in archive.CheckAsync(default))
            {
            }

            return null;
        }
        catch (BackupDamagedException exception)
        {
            return exception;
        }
    }

    /// <summary>Everything that can be read, as text; or why not.</summary>
    private static async Task<(string Text, Exception? Failure)> ReadAsync(Dictionary<string, byte[]> blobs, StoredBackup backup)
    {
        var text = new StringBuilder();
        try
        {
            var archive = await Open(blobs).OpenAsync(backup, default);
            await foreach (var transaction in archive.ReadLogAsync(0, archive.Manifest.Sequence, default))
            {
                text.Append(transaction.Header).Append(Convert.ToHexString(transaction.Digest.Span));
                text.Append(Encoding.UTF8.GetString(transaction.Mutations.Span));
                foreach (var (number, effect) in transaction.Effects)
                {
                    text.Append(number).Append(effect.DocumentId).Append(Encoding.UTF8.GetString(effect.Apply.Span));
                    text.Append(Encoding.UTF8.GetString(effect.Revert.Span)).AppendLine();
                }
            }

            await foreach (var document in archive.ReadDocumentsAsync(null, default))
            {
                text.Append(document.Id).Append(Encoding.UTF8.GetString(document.Json.Span)).AppendLine();
                var found = await archive.FindDocumentAsync(document.Id, default);
                found.ShouldNotBeNull().Span.SequenceEqual(document.Json.Span).ShouldBeTrue();
            }

            await foreach (var asset in archive.ReadAssetsAsync(default))
            {
                text.Append(asset.Sha1).Append(asset.Key).Append(Convert.ToHexString(asset.Sha256.Span));
            }

            return (text.ToString(), null);
        }
        catch (BackupDamagedException exception)
        {
            return ("", exception);
        }
    }

    private static string Damage(Dictionary<string, byte[]> blobs, List<string> named, Random random)
    {
        var key = named[random.Next(named.Count)];
        var bytes = blobs[key].ToArray();
        var place = random.Next(bytes.Length);
        switch (random.Next(7))
        {
            case 0 or 1:
                bytes[place] ^= (byte)(1 << random.Next(8));
                blobs[key] = bytes;
                return $"flipped a bit at {place} of {key}";
            case 2:
                blobs[key] = bytes[..place];
                return $"truncated {key} to {place}";
            case 3:
                blobs[key] = [.. bytes, (byte)random.Next(256)];
                return $"lengthened {key}";
            case 4:
                blobs.Remove(key);
                return $"lost {key}";
            case 5:
                Array.Clear(bytes, place, Math.Min(64, bytes.Length - place));
                bytes[place] = blobs[key].AsSpan().SequenceEqual(bytes) ? (byte)1 : bytes[place];
                blobs[key] = bytes;
                return $"zeroed {key} at {place}";
            default:
                var other = named[(named.IndexOf(key) + 1 + random.Next(named.Count - 1)) % named.Count];
                (blobs[key], blobs[other]) = (blobs[other], blobs[key]);
                return $"swapped {key} and {other}";
        }
    }
}
