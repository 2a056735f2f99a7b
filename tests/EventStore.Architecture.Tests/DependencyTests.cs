using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace EventStore.Architecture.Tests;

/// <summary>Arrows point down only: Mendoza, Groq and Parquet, Log, Server, Cli. The declared graph is compared with these tables.</summary>
public sealed class DependencyTests
{
    private static readonly Dictionary<string, string[]> Projects = new()
    {
        ["EventStore.Mendoza"] = [],
        ["EventStore.Groq"] = [],
        ["EventStore.Parquet"] = [],
        ["EventStore.Log"] = ["EventStore.Mendoza"],
        ["EventStore.Server"] = ["EventStore.Groq", "EventStore.Log", "EventStore.Parquet"],
        ["EventStore.Cli"] = ["EventStore.Server"],
    };

    private static readonly Dictionary<string, string[]> Packages = new()
    {
        ["EventStore.Mendoza"] = [],
        ["EventStore.Groq"] = [],
        ["EventStore.Parquet"] = [],
        ["EventStore.Log"] = ["Npgsql"],
        ["EventStore.Server"] = 
            ["AWSSDK.Core", "AWSSDK.S3", "CsvHelper", "JsonDiffPatch.Net", "Microsoft.AspNetCore.OpenApi", "Newtonsoft.Json"],
        ["EventStore.Cli"] = ["Spectre.Console", "System.CommandLine"],
    };

    /// <summary>Folders whose code is a function of its arguments, and what it may not name.</summary>
    private static readonly string[] PureFolders =
    [
        "src/EventStore.Groq",
        "src/EventStore.Mendoza",
        "src/EventStore.Parquet",
        "src/EventStore.Log/Documents",
        "src/EventStore.Log/Mutations",
        "src/EventStore.Log/Transactions",
        "src/EventStore.Log/Projections",
    ];

    private static readonly Regex Impure = new(
        @"\b(Npgsql|System\.Net|Microsoft\.AspNetCore|DateTime\.(Utc)?Now|DateTimeOffset\.(Utc)?Now|TimeProvider|Guid\.NewGuid"
        + @"|new Random|Random\.Shared|RandomNumberGenerator|Environment\.|Console\.|File\.|Directory\.|HttpClient|Thread\.Sleep"
        + @"|Task\.Delay|EventStore\.Log\.Postgres)\b?",
        RegexOptions.Compiled);

    /// <summary>Folders of the log, each with those it may name. Postgres may name them all.</summary>
    private static readonly Dictionary<string, string[]> LogFolders = new()
    {
        ["Documents"] = [],
        ["Mutations"] = ["Documents"],
        ["Transactions"] = ["Documents", "Mutations"],
        ["Projections"] = ["Documents", "Mutations", "Transactions"],
    };

    [Fact]
    public void Every_source_project_is_in_the_table() =>
        Directory.GetDirectories(Path.Combine(Repository.Root, "src")).Select(Path.GetFileName)
            .Order().ShouldBe(Projects.Keys.Order());

    [Fact]
    public void Projects_reference_what_the_table_allows()
    {
        foreach (var (project, allowed) in Projects)
        {
            var file = XDocument.Parse(Repository.ReadText($"src/{project}/{project}.csproj"));
            var references = file.Descendants("ProjectReference")
                .Select(element => Path.GetFileNameWithoutExtension(element.Attribute("Include")!.Value));
            references.ShouldBe(allowed, ignoreOrder: true, project);
            var packages = file.Descendants("PackageReference").Select(element => element.Attribute("Include")!.Value);
            packages.ShouldBe(Packages[project], ignoreOrder: true, project);
        }
    }

    [Fact]
    public void Pure_folders_do_no_IO_read_no_clock_and_draw_no_random_number() =>
        Violations(PureFolders.SelectMany(Repository.CSharp)).ShouldBeEmpty();

    [Fact]
    public void The_purity_check_notices_a_violation() =>
        Violations([new("canary.cs", "", ["var now = DateTimeOffset.UtcNow;", "var ok = 1;"])]).Count().ShouldBe(1);

    [Fact]
    public void Folders_of_the_log_point_down_only()
    {
        foreach (var (folder, allowed) in LogFolders)
        {
            var forbidden = LogFolders.Keys.Append("Postgres").Except(allowed).Except([folder])
                .Select(name => $"EventStore.Log.{name}").ToList();
            Repository.CSharp($"src/EventStore.Log/{folder}")
                .Where(file => forbidden.Any(name => file.Text.Contains(name, StringComparison.Ordinal)))
                .Select(file => file.Path)
                .ShouldBeEmpty();
        }
    }

    /// <summary>SQL stands beside the feature that owns it: the tables of the log are the log's, all others a feature's.</summary>
    [Fact]
    public void SQL_stands_beside_its_feature()
    {
        var statement = new Regex(@"\b(from|into|update|join|only)\s+eventstore\.(?<table>\w+)", RegexOptions.Compiled);
        var ofLog = new Regex(
            @"^(transaction|effect|document|head|keyframe|reference|dataset_head|checkpoint\w*|attribute_\w+)$", RegexOptions.Compiled);
        var feature = new Regex(@"^src/EventStore\.Server/(?!Wire/|Hosting/)\w+/", RegexOptions.Compiled);
        (from file in Repository.CSharp("src")
         where !file.Path.StartsWith("src/EventStore.Log/Postgres/", StringComparison.Ordinal)
         from match in statement.Matches(file.Text)
         where !feature.IsMatch(file.Path) || ofLog.IsMatch(match.Groups["table"].Value)
         select $"{file.Path}: {match.Value}").ShouldBeEmpty();
    }

    [Fact]
    public void The_logs_are_never_updated()
    {
        var changes = new Regex(
            @"(update|truncate)\s+(table\s+)?eventstore\.(transaction|effect|document|activity)\b|delete\s+from\s+eventstore\.activity\b",
            RegexOptions.IgnoreCase);
        Repository.CSharp("src").Where(file => changes.IsMatch(file.Text)).Select(file => file.Path).ShouldBeEmpty();
    }

    private static IEnumerable<string> Violations(IEnumerable<SourceFile> files) =>
        from file in files
        from line in file.Lines.Select((text, index) => (Text: text, Number: index + 1))
        where !line.Text.TrimStart().StartsWith("//", StringComparison.Ordinal) && Impure.IsMatch(line.Text)
        select $"{file.Path}:{line.Number} {line.Text.Trim()}";
}
