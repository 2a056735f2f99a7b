using EventStore.Groq;
using EventStore.Server.Collections.Fields;
using EventStore.Server.Collections.Filters;
using EventStore.Server.Documents;

namespace EventStore.Server.Collections;

/// <summary>What to export of a collection, checked.</summary>
internal sealed record CollectionExportOrder
{
    /// <summary>The vector field of an order that names none.</summary>
    public static readonly FieldPath DefaultVectorField = FieldPath.TryParse("embedding", out _)!;

    public ExportFormat Format { get; init; } = ExportFormat.Parquet;

    /// <summary>The fields to export; null for all.</summary>
    public FieldSelection? Fields { get; init; }

    /// <summary>What documents must meet; null for nothing.</summary>
    public CollectionFilter? Filter { get; init; }

    /// <summary>The rows are the results of this query, rather than documents; null for documents.</summary>
    public GroqQuery? Query { get; init; }

    /// <summary>Most rows, the first ones; null for all.</summary>
    public int? SampleSize { get; init; }

    /// <summary>Only documents of these types; null for all.</summary>
    public IReadOnlySet<string>? Types { get; init; }

    /// <summary>Whether drafts and versions of releases are exported too.</summary>
    public bool IncludesDrafts { get; init; }

    /// <summary>Whether vectors are exported, to a file of their own.</summary>
    public bool IncludesVectors { get; init; }

    /// <summary>
    /// Where documents have vectors: arrays of numbers. It is left out of the documents unless it was asked for.
    /// </summary>
    public FieldPath VectorField { get; init; } = DefaultVectorField;

    /// <summary>Whether texts in CSV that a spreadsheet would run as a formula are made harmless.</summary>
    public bool IsFormulaSafe { get; init; }

    /// <summary>Whether the export is made in the background.</summary>
    public bool IsAsync { get; init; }

    /// <summary>The moment the export is of.</summary>
    public AsOf AsOf { get; init; } = new(null, null);
}
