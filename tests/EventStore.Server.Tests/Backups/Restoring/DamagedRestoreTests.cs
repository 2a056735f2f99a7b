using System.Net;
using System.Text.Json.Nodes;
using EventStore.Server.Tests.Assets;
using EventStore.Server.Tests.Copies;
using EventStore.Server.Tests.Http;
using EventStore.Testing;

namespace EventStore.Server.Tests.Backups.Restoring;

/// <summary>Backups that are damaged: nothing of them is written anywhere.</summary>
public sealed class DamagedRestoreTests(ServerWithMemoryBlobs stage) : IClassFixture<ServerWithMemoryBlobs>
{
    private readonly MemoryBlobs _blobs = stage.Blobs;

    private TestServer Server => stage.Server;

    [Fact]
    public async Task Of_a_damaged_backup_nothing_is_written()
    {
        var (api, copies) = (new Api(Server), new CopyCalls(Server.Client));
        var (backups, restores) = (new BackupCalls(Server.Client), new RestoreCalls(Server.Client));
        var (dataset, existing) = (await api.CreateDatasetAsync(), await api.CreateDatasetAsync());
        await backups.ImportAsync(dataset, BackupCalls.History(1, 300, 90));
        await new AssetCalls(Server).UploadAsync("files", dataset, "one file"u8.ToArray(), "filename=a.txt", "text/plain");
        await backups.ImportAsync(existing, BackupCalls.History(1, 20, 20));
        var own = _blobs.All.Keys.ToHashSet();
        var backup = await backups.CreateAsync(dataset);
        var log = await copies.LogAsync(existing);
        foreach (var key in _blobs.All.Keys.Except(own).ToList())
        {
            var whole = _blobs.All[key];
            var flipped = (byte[])whole.Clone();
            flipped[whole.Length / 2] ^= 4;
            foreach (var damaged in new[] { flipped, whole[..^1], null })
            {
                if (damaged is null)
                {
                    _blobs.All.Remove(key);
                }
                else
                {
                    _blobs.All[key] = damaged;
                }

                // An index of documents' places is not read by every order, but every restore reads all bytes first.
                foreach (var order in new JsonObject[]
                {
                    new() { ["targetDataset"] = "damaged" },
                    new() { ["targetDataset"] = existing, ["sync"] = true },
                    new() { ["targetDataset"] = existing, ["sync"] = true, ["documents"] = new JsonArray("d1") },
                })
                {
                    var answer = await restores.PostAsync(dataset, backup, "", order);
                    if (answer.Status == HttpStatusCode.OK)
                    {
                        var end = await copies.EndOfAsync((string)answer.Json["jobId"]!, "failed");
                        ((string)end["message"]!).ShouldContain("damaged", customMessage: key);
                    }
                    else
                    {
                        answer.Text.ShouldContain("damaged", customMessage: key);
                    }
                }

                (await copies.StatusAsync("/v1/datasets/damaged")).ShouldBe(HttpStatusCode.NotFound);
                (await copies.LogAsync(existing)).ShouldBe(log);
            }

            _blobs.All[key] = whole;
        }

        await restores.RestoreAsync(dataset, backup, new() { ["targetDataset"] = "damaged" });
        (await copies.ExportAsync("damaged")).ShouldBe(await copies.ExportAsync(dataset));
    }
}
