using System.Text.RegularExpressions;

namespace EventStore.Architecture.Tests;

/// <summary>What a reader may rely on in every file.</summary>
public sealed class TidyTests
{
    private const int MaxLines = 320;

    private static readonly string[] VagueNames = ["Helper", "Utils", "Utilities", "Manager", "Common", "Misc"];

    private static readonly Regex PublicType = new(
        @"^(public|internal)\s+((static|sealed|abstract|readonly|partial|ref|unsafe)\s+)*"
        + @"(class|record struct|record class|record|struct|interface|enum)\s+(?<name>\w+)",
        RegexOptions.Compiled | RegexOptions.Multiline);

    private static readonly Regex MachineText = new(
        @"(/work/(main|shared|wt)|registry\.npmjs\.org|api\.nuget\.org|BEGIN (RSA |EC )?PRIVATE KEY)",
        RegexOptions.Compiled);

    /// <summary>Tests may be wider: a request or an answer is easier to read in one piece.</summary>
    public static TheoryData<string, int> Folders => new() { { "src", 120 }, { "tests", 140 }, { "benchmarks", 120 } };

    [Theory]
    [MemberData(nameof(Folders))]
    public void Lines_and_files_are_short(string folder, int maxColumns)
    {
        var files = Repository.CSharp(folder);
        files.Where(file => file.Lines.Count > MaxLines)
            .Select(file => $"{file.Path}: {file.Lines.Count} lines")
            .ShouldBeEmpty();
        (from file in files
         from line in file.Lines.Select((text, index) => (text.Length, Number: index + 1))
         where line.Length > maxColumns
         select $"{file.Path}:{line.Number}").ShouldBeEmpty();
    }

    [Fact]
    public void Namespaces_follow_folders()
    {
        foreach (var file in Repository.CSharp("src").Where(file => file.Text.Contains("\nnamespace ", StringComparison.Ordinal)))
        {
            var folders = Path.GetDirectoryName(file.Path)!.Replace('\\', '/').Split('/')[1..];
            var expected = string.Join('.', folders);
            var declared = Regex.Match(file.Text, @"^namespace ([\w.]+)", RegexOptions.Multiline).Groups[1].Value;

            // The Mendoza package is small: one namespace for its users, folders for its readers.
            var root = expected.StartsWith("EventStore.Mendoza", StringComparison.Ordinal) ? "EventStore.Mendoza" : expected;
            new[] { expected, root }.ShouldContain(declared, file.Path);
        }
    }

    [Fact]
    public void A_file_is_named_after_its_first_type_and_holds_one_public_type()
    {
        foreach (var file in Repository.CSharp("src"))
        {
            var types = PublicType.Matches(file.Text);
            if (types.Count == 0)
            {
                continue;
            }

            types.Select(match => match.Groups["name"].Value).ShouldContain(file.Name.Split('.')[0], file.Path);
            types.Count(match => match.Value.StartsWith("public", StringComparison.Ordinal)).ShouldBeLessThanOrEqualTo(1, file.Path);
        }
    }

    [Fact]
    public void Names_say_what_a_thing_is() =>
        Repository.Files("src")
            .Where(path => VagueNames.Any(name => path.Contains(name, StringComparison.Ordinal)))
            .ShouldBeEmpty();

    [Fact]
    public void No_machine_registry_or_secret_is_named()
    {
        var self = $"tests/EventStore.Architecture.Tests/{nameof(TidyTests)}.cs";
        Repository.Files()
            .Where(path => path != self && Path.GetExtension(path) is not (".gz" or ".git"))
            .Where(path => MachineText.IsMatch(Repository.ReadText(path)))
            .ShouldBeEmpty();
    }

    [Fact]
    public void Migrations_are_numbered_without_gaps_and_hold_all_DDL()
    {
        var migrations = Repository.Files("schemas/migrations").Select(path => Path.GetFileName(path)).Order().ToList();
        migrations.Select(name => int.Parse(name.Split('_')[0])).ShouldBe(Enumerable.Range(1, migrations.Count));

        var ddl = new Regex(@"\b(create|alter|drop)\s+(unique\s+)?(table|index|view|function)\b", RegexOptions.IgnoreCase);
        Repository.CSharp("src")
            .Where(file => ddl.IsMatch(file.Text))
            .Select(file => file.Path)
            .ShouldBe(["src/EventStore.Log/Postgres/SchemaMigrator.cs"]);
    }

    [Fact]
    public void The_architecture_page_names_every_folder_of_the_source()
    {
        var page = Repository.ReadText("ARCHITECTURE.md");
        var folders = Directory.GetDirectories(Path.Combine(Repository.Root, "src"))
            .SelectMany(project => Directory.GetDirectories(project).Append(project))
            .Select(path => Path.GetFileName(path)!)
            .Where(name => name is not ("bin" or "obj"));
        folders.Where(name => !page.Contains($"{name}/", StringComparison.Ordinal) && !page.Contains(name, StringComparison.Ordinal))
            .ShouldBeEmpty();
    }
}
