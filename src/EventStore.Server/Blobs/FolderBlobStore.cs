using System.Runtime.CompilerServices;

namespace EventStore.Server.Blobs;

/// <summary>
/// Blobs as files of a folder. What comes in is written aside, flushed and then renamed to its place, so a crash leaves
/// no half blob where one is looked for.
/// </summary>
internal sealed class FolderBlobStore : IBlobStore
{
    /// <summary>Where files are while they are being written: no key begins with a dot.</summary>
    private const string IncomingName = ".incoming";
    private const int BufferBytes = 128 * 1024;
    private const int MoveAttempts = 5;

    /// <summary>ENOSPC, and what stands for it on Windows.</summary>
    private const int DiskFull = 28;
    private const int DiskFullOnWindows = unchecked((int)0x80070070);

    private readonly string _root;
    private readonly string _incoming;

    private FolderBlobStore(string root)
    {
        _root = root;
        _incoming = Path.Combine(root, IncomingName);
    }

    /// <summary>Makes the folder when it is missing, and removes what a crash left of unfinished blobs.</summary>
    /// <exception cref="IOException">The folder cannot be used.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public static FolderBlobStore Open(string root)
    {
        var store = new FolderBlobStore(Path.GetFullPath(root));
        OwnFolder.Create(store._root);
        OwnFolder.Create(store._incoming);
        LeftoverFiles.Sweep(store._incoming);
        return store;
    }

    public async Task<BlobReceipt> PutAsync(BlobKey key, Stream content, CancellationToken cancellationToken)
    {
        var draft = Path.Combine(_incoming, Guid.NewGuid().ToString("N"));
        try
        {
            var receipt = await WriteAsync(draft, content, cancellationToken);
            await Task.Run(() => Move(draft, PathOf(key)), CancellationToken.None);
            return receipt;
        }
        catch (Exception exception) when (IsFailure(exception))
        {
            throw Failure(exception);
        }
        finally
        {
            File.Delete(draft);
        }
    }

    public Task<Blob?> OpenAsync(BlobKey key, BlobRange? range, CancellationToken cancellationToken)
    {
        try
        {
            var file = new FileStream(
                PathOf(key),
                new FileStreamOptions
                {
                    Access = FileAccess.Read,
                    Share = FileShare.Read | FileShare.Delete,
                    Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
                    BufferSize = 0,
                });
            file.Position = range?.Offset ?? 0;
            return Task.FromResult<Blob?>(new(file, range?.Length ?? file.Length));
        }
        catch (Exception exception) when (IsMissing(exception))
        {
            return Task.FromResult<Blob?>(null);
        }
        catch (Exception exception) when (IsFailure(exception))
        {
            throw Failure(exception);
        }
    }

    public Task<long?> FindLengthAsync(BlobKey key, CancellationToken cancellationToken)
    {
        var file = new FileInfo(PathOf(key));
        return Task.FromResult(file.Exists ? file.Length : (long?)null);
    }

    public Task DeleteAsync(BlobKey key, CancellationToken cancellationToken)
    {
        try
        {
            var path = PathOf(key);
            File.Delete(path);
            DeleteEmptyFolders(Path.GetDirectoryName(path)!);
        }
        catch (Exception exception) when (IsMissing(exception))
        {
            // It was not there.
        }
        catch (Exception exception) when (IsFailure(exception))
        {
            throw Failure(exception);
        }

        return Task.CompletedTask;
    }

    public async IAsyncEnumerable<BlobEntry> ListAsync(
        BlobKey folder, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        var directory = new DirectoryInfo(PathOf(folder));
        if (!directory.Exists)
        {
            yield break;
        }

        // Taken apart folder by folder, so that deleting what was listed disturbs nobody.
        var pending = new Stack<DirectoryInfo>([directory]);
        while (pending.TryPop(out var next))
        {
            foreach (var entry in Entries(next))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (entry is DirectoryInfo inner)
                {
                    pending.Push(inner);
                }
                else if (entry is FileInfo { Exists: true } file && KeyOf(file.FullName) is { } key)
                {
                    yield return new(key, file.Length, file.LastWriteTimeUtc);
                }
            }
        }
    }

    private static FileSystemInfo[] Entries(DirectoryInfo directory)
    {
        try
        {
            return directory.GetFileSystemInfos();
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    private static async Task<BlobReceipt> WriteAsync(
        string path, Stream content, CancellationToken cancellationToken)
    {
        using var digested = new DigestedContent(content);

        // Nobody else may open it: by this lock a sweep tells a file in use from one that was left behind.
        await using var file = new FileStream(
            path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true);
        var buffer = new byte[BufferBytes];
        int read;
        do
        {
            read = await digested.FillAsync(buffer, cancellationToken);
            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
        while (read == buffer.Length);

        file.Flush(flushToDisk: true);
        return digested.Finish();
    }

    private void Move(string draft, string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        for (var attempt = 1; ; attempt++)
        {
            CreateFolders(folder);
            try
            {
                File.Move(draft, path, overwrite: true);
                break;
            }
            catch (DirectoryNotFoundException) when (attempt < MoveAttempts && File.Exists(draft))
            {
                // A deletion has just removed the folder because it was empty.
            }
        }

        FolderSync.Flush(folder);
    }

    private void CreateFolders(string folder)
    {
        if (Directory.Exists(folder) || folder.Length <= _root.Length)
        {
            return;
        }

        var parent = Path.GetDirectoryName(folder)!;
        CreateFolders(parent);
        Directory.CreateDirectory(folder);
        FolderSync.Flush(parent);
    }

    private void DeleteEmptyFolders(string folder)
    {
        for (; folder.Length > _root.Length; folder = Path.GetDirectoryName(folder)!)
        {
            try
            {
                Directory.Delete(folder, recursive: false);
            }
            catch (IOException)
            {
                return;
            }
        }
    }

    private string PathOf(BlobKey key) => Path.Combine(_root, key.Value);

    private BlobKey? KeyOf(string path)
    {
        var relative = Path.GetRelativePath(_root, path).Replace('\\', '/');
        return BlobKey.TryParse(relative, out var key) ? key : null;
    }

    private static bool IsMissing(Exception exception) =>
        exception is FileNotFoundException or DirectoryNotFoundException;

    private static bool IsFailure(Exception exception) => exception is IOException or UnauthorizedAccessException
        && exception is not Microsoft.AspNetCore.Http.BadHttpRequestException;

    private static BlobStoreException Failure(Exception exception) => new(
        exception.HResult is DiskFull or DiskFullOnWindows
            ? "The disk of the folder that keeps files is full"
            : "The folder that keeps files cannot be used",
        exception);
}
