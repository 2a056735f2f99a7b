using System.Globalization;
using EventStore.Log.Postgres;
using EventStore.Mendoza;
using EventStore.Server.History;
using EventStore.Server.Wire;

namespace EventStore.Server.Rollback;

/// <summary>A document of a plan as a line of its stream, and the line at the end that sums it up.</summary>
internal static class PlanLine
{
    private const string MendozaFormat = "mendoza";
    private const string NoFormat = "none";
    private const string Edited = "edited";

    private static readonly byte[] Nothing = "null"u8.ToArray();

    /// <summary>How differences may be written; the first one when nobody says.</summary>
    public static readonly IReadOnlyList<string> Formats =
        [MendozaFormat, ReadableDiff.JsonDiffPatchFormat, ReadableDiff.JsonPatchFormat, NoFormat];

    public static void Write(
        StreamedAnswer line,
        PlannedDocument document,
        RollbackEntry entry,
        string format,
        bool excludeContent,
        CancellationToken cancellationToken)
    {
        line.Write("{\"id\":"u8);
        line.WriteString(document.Id.Value);
        line.WriteAscii($",\"action\":\"{entry.Action}\",\"outcome\":\"{entry.Outcome}\",\"revision\":");
        line.WriteString(document.Edited.Revision);
        line.WriteAscii(string.Create(
            CultureInfo.InvariantCulture,
            $",\"undone\":{document.Edited.Selected},\"later\":{document.Edited.Others},\"conflicts\":["));
        WriteConflicts(line, document, entry);
        line.Write("]"u8);
        if (!excludeContent)
        {
            line.Write(",\"after\":"u8);
            line.Write(OrNothing(document.After).Span);
        }

        if (format != NoFormat)
        {
            WriteDifference(line, document, format, cancellationToken);
        }

        line.Write("}\n"u8);
    }

    public static void WriteEnd(StreamedAnswer line, RollbackPlan plan, Dataset dataset, RollbackOrder order)
    {
        int Count(Func<RollbackEntry, bool> condition) => plan.Entries.Count(condition);
        line.Write("{\"plan\":{\"id\":"u8);
        line.WriteString(plan.Id);
        line.Write(",\"dataset\":"u8);
        line.WriteString(dataset.Name.Value);
        line.WriteAscii($",\"onConflict\":\"{order.OnConflict}\"");
        foreach (var (name, value) in new (string, long)[]
        {
            ("sequence", plan.Range.AsOf),
            ("create", Count(entry => entry.Action == RollbackActions.Create)),
            ("update", Count(entry => entry.Action == RollbackActions.Update)),
            ("delete", Count(entry => entry.Action == RollbackActions.Delete)),
            ("merged", Count(entry => entry.Outcome == RollbackActions.Merged)),
            ("forced", Count(entry => entry.Outcome == RollbackActions.Forced)),
            ("skipped", Count(entry => entry.Outcome == RollbackActions.Skipped)),
            ("conflicts", plan.Conflicts),
        })
        {
            line.WriteAscii(string.Create(CultureInfo.InvariantCulture, $",\"{name}\":{value}"));
        }

        line.WriteAscii($",\"isOneTransaction\":{(plan.IsOneTransaction ? "true" : "false")}}}}}\n");
    }

    private static void WriteConflicts(StreamedAnswer line, PlannedDocument document, RollbackEntry entry)
    {
        for (var index = 0; index < document.Conflicts.Count; index++)
        {
            line.WriteAscii($"{(index > 0 ? "," : "")}{{\"reason\":\"{Edited}\",\"path\":");
            line.WriteString(document.Conflicts[index]);
            line.Write("}"u8);
        }

        if (entry.Fault is { } fault)
        {
            line.WriteAscii(
                $"{(document.Conflicts.Count > 0 ? "," : "")}{{\"reason\":\"{fault.Reason}\",\"documentId\":");
            line.WriteString(fault.Other);
            line.Write("}"u8);
        }
    }

    /// <summary>A document that is too large for another format gets its Mendoza patch.</summary>
    private static void WriteDifference(
        StreamedAnswer line, PlannedDocument document, string format, CancellationToken cancellationToken)
    {
        var (before, after) = (OrNothing(document.Before), OrNothing(document.After));
        var written = Math.Max(before.Length, after.Length) > ServerLimits.ReadableDiffBytes ? MendozaFormat : format;
        var difference = written == MendozaFormat
            ? MendozaDiff.Create(before.Span, after.Span).Apply
            : ReadableDiff.Create(before, after, written, cancellationToken);
        line.WriteAscii($",\"format\":\"{written}\",\"diff\":");
        line.Write(difference.Span);
    }

    private static ReadOnlyMemory<byte> OrNothing(ReadOnlyMemory<byte> content) => content.IsEmpty ? Nothing : content;
}
