using System.Security.Cryptography;
using EventStore.Server.Blobs;
using EventStore.Testing;

namespace EventStore.Server.Tests.Blobs;

/// <summary>What a store keeps, for both kinds of store.</summary>
public sealed class BlobStoreTests : IDisposable
{
    private const int Seed = 27_182;

    private readonly string _folder = TemporaryFolder.Create();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public Task A_folder_keeps_blobs() => KeepsBlobsAsync(FolderBlobStore.Open(_folder));

    [S3Fact]
    public async Task A_bucket_keeps_blobs()
    {
        await using var server = await S3Server.StartAsync();
        using var store = CreateS3(server.Endpoint, "some/prefix");
        await KeepsBlobsAsync(store);
        using var beside = CreateS3(server.Endpoint, "some/other");
        await beside.PutAsync(BlobKey.Of("a/b"), new MemoryStream([1]), default);
        (await ListAsync(store, "a")).ShouldBeEmpty();
        (await ListAsync(beside, "a")).ShouldBe(["a/b"]);
    }

    [S3Fact]
    public async Task A_bucket_that_is_away_is_a_failure_of_its_own()
    {
        var server = await S3Server.StartAsync();
        using var nowhere = CreateS3(server.Endpoint, "", "no-such-bucket");
        await Should.ThrowAsync<BlobStoreException>(nowhere.PutAsync(BlobKey.Of("a"), new MemoryStream([1]), default));
        await server.DisposeAsync();
        using var gone = CreateS3(server.Endpoint, "");
        await Should.ThrowAsync<BlobStoreException>(gone.FindLengthAsync(BlobKey.Of("a"), default));
    }

    [Fact]
    public async Task What_breaks_off_leaves_nothing_in_a_folder() => await BreaksOffAsync(FolderBlobStore.Open(_folder));

    [S3Fact]
    public async Task What_breaks_off_leaves_nothing_in_a_bucket()
    {
        await using var server = await S3Server.StartAsync();
        using var store = CreateS3(server.Endpoint, "");
        await BreaksOffAsync(store);
    }

    [Fact]
    public async Task Leftovers_of_a_crash_are_swept_and_files_in_use_are_not()
    {
        FolderBlobStore.Open(_folder);
        var incoming = Path.Combine(_folder, ".incoming");
        await File.WriteAllTextAsync(Path.Combine(incoming, "left"), "half of it");
        await using var used = new FileStream(Path.Combine(incoming, "used"), FileMode.CreateNew, FileAccess.Write, FileShare.None);
        var store = FolderBlobStore.Open(_folder);
        Directory.GetFiles(incoming).Select(Path.GetFileName).ShouldBe(["used"]);
        (await store.FindLengthAsync(BlobKey.Of("left"), default)).ShouldBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a//b")]
    [InlineData("..")]
    [InlineData("a/../b")]
    [InlineData(".incoming/x")]
    [InlineData("a b")]
    [InlineData("a\\b")]
    [InlineData("ä")]
    [InlineData("a\n")]
    public void What_is_no_safe_path_is_no_key(string text) => BlobKey.TryParse(text, out _).ShouldBeFalse();

    private static async Task KeepsBlobsAsync(IBlobStore store)
    {
        var random = new Random(Seed);
        var kept = new Dictionary<string, byte[]>();

        // Around a part of an S3 upload, and several parts; no length is special to the interface.
        const int part = 8 * 1024 * 1024;
        int[] lengths = [0, 1, 70_000, part - 1, part, part + 1, (2 * part) + 4711];
        for (var index = 0; index < 40; index++)
        {
            var content = new byte[index < lengths.Length ? lengths[index] : random.Next(5000)];
            random.NextBytes(content);
            var key = $"kept/{random.Next(4)}/{(random.Next(2) == 0 ? "x" : "x-y")}/{index % 30}";
            var receipt = await store.PutAsync(BlobKey.Of(key), new MemoryStream(content), default);
            receipt.Length.ShouldBe(content.Length);
            receipt.Sha256.ToArray().ShouldBe(SHA256.HashData(content));
            kept[key] = content;
        }

        // Shouldly compares bytes one by one, as objects: that takes a minute for these.
        foreach (var (key, content) in kept)
        {
            (await store.FindLengthAsync(BlobKey.Of(key), default)).ShouldBe(content.Length);
            (await ReadAsync(store, key, null)).SequenceEqual(content).ShouldBeTrue(key);
            if (content.Length > 0)
            {
                var from = random.Next(content.Length);
                var length = random.Next(1, content.Length - from + 1);
                (await ReadAsync(store, key, new(from, length))).SequenceEqual(content[from..(from + length)]).ShouldBeTrue(key);
            }
        }

        (await ListAsync(store, "kept")).ShouldBe(kept.Keys, ignoreOrder: true);
        (await ListAsync(store, "kept/1")).ShouldBe(kept.Keys.Where(key => key.StartsWith("kept/1/")), ignoreOrder: true);
        (await ListAsync(store, "kep")).ShouldBeEmpty();
        (await store.FindLengthAsync(BlobKey.Of("none"), default)).ShouldBeNull();
        (await store.OpenAsync(BlobKey.Of("kept/none"), null, default)).ShouldBeNull();
        await store.DeleteAsync(BlobKey.Of("none/at/all"), default);
        await foreach (var entry in store.ListAsync(BlobKey.Of("kept"), default))
        {
            entry.Length.ShouldBe(kept[entry.Key.Value].Length);
            entry.ModifiedAt.ShouldBeInRange(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1));
            await store.DeleteAsync(entry.Key, default);
        }

        (await ListAsync(store, "kept")).ShouldBeEmpty();
    }

    private static async Task BreaksOffAsync(IBlobStore store)
    {
        var key = BlobKey.Of("broken/off");
        foreach (var length in new[] { 0, 1000, 20_000_000 })
        {
            await Should.ThrowAsync<TimeZoneNotFoundException>(store.PutAsync(key, new BreakingStream(length), default));
            (await store.FindLengthAsync(key, default)).ShouldBeNull();
            (await ListAsync(store, "broken")).ShouldBeEmpty();
        }

        await store.PutAsync(key, new MemoryStream([1, 2]), default);
        await Should.ThrowAsync<TimeZoneNotFoundException>(store.PutAsync(key, new BreakingStream(10_000_000), default));
        (await ReadAsync(store, key.Value, null)).ShouldBe([1, 2]);
    }

    private static S3BlobStore CreateS3(string endpoint, string prefix, string bucket = S3Server.Bucket) => new(new()
    {
        Bucket = bucket,
        Prefix = prefix,
        Endpoint = endpoint,
        AccessKey = S3Server.Key,
        SecretKey = S3Server.Key,
    });

    private static async Task<byte[]> ReadAsync(IBlobStore store, string key, BlobRange? range)
    {
        await using var blob = await store.OpenAsync(BlobKey.Of(key), range, default);
        using var content = new MemoryStream();
        await blob!.CopyToAsync(content, default);
        return content.ToArray();
    }

    private static async Task<List<string>> ListAsync(IBlobStore store, string folder)
    {
        var keys = new List<string>();
        await foreach (var entry in store.ListAsync(BlobKey.Of(folder), default))
        {
            keys.Add(entry.Key.Value);
        }

        return keys;
    }

    /// <summary>Gives some bytes, then an exception that nobody else throws.</summary>
    private sealed class BreakingStream(int length) : Stream
    {
        private int _left = length;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (_left == 0)
            {
                throw new TimeZoneNotFoundException();
            }

            var read = Math.Min(count, _left);
            _left -= read;
            return read;
        }

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
