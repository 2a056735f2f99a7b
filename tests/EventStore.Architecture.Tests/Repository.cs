using System.Runtime.CompilerServices;

namespace EventStore.Architecture.Tests;

/// <summary>The text files of the source tree, read once.</summary>
internal static class Repository
{
    private static readonly string[] Ignored =
        ["bin", "obj", "node_modules", "TestResults", ".git", ".tools", "BenchmarkDotNet.Artifacts", "data"];

    public static string Root { get; } = FindRoot();

    /// <summary>C# files below a folder, as (path relative to the root with forward slashes, lines).</summary>
    public static IReadOnlyList<SourceFile> CSharp(string folder) =>
        Files(folder).Where(path => path.EndsWith(".cs", StringComparison.Ordinal)).Select(SourceFile.Read).ToList();

    /// <summary>All files below a folder that are part of the project, relative to the root with forward slashes.</summary>
    public static IEnumerable<string> Files(string folder = "")
    {
        var pending = new Stack<string>([Path.Combine(Root, folder)]);
        while (pending.TryPop(out var directory))
        {
            foreach (var child in Directory.EnumerateDirectories(directory))
            {
                if (!Ignored.Contains(Path.GetFileName(child)))
                {
                    pending.Push(child);
                }
            }

            foreach (var file in Directory.EnumerateFiles(directory))
            {
                yield return Path.GetRelativePath(Root, file).Replace('\\', '/');
            }
        }
    }

    public static string ReadText(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static string FindRoot([CallerFilePath] string thisFile = "")
    {
        var directory = new DirectoryInfo(File.Exists(thisFile) ? Path.GetDirectoryName(thisFile)! : AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory!.FullName, "EventStore.sln")))
        {
            directory = directory.Parent;
        }

        return directory.FullName;
    }
}

/// <summary>A source file.</summary>
internal sealed record SourceFile(string Path, string Text, IReadOnlyList<string> Lines)
{
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    public static SourceFile Read(string path)
    {
        var text = Repository.ReadText(path);
        return new(path, text, text.Split('\n'));
    }
}
