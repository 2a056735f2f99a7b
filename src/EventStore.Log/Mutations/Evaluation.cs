using System.Globalization;
using EventStore.Log.Documents;
using EventStore.Log.Mutations.Values;

namespace EventStore.Log.Mutations;

/// <summary>The state of evaluating one transaction.</summary>
internal sealed class Evaluation(
    Func<DocumentId, DocumentState> read, DateTimeOffset timestamp, string transactionId)
{
    private static readonly ReadOnlyMemory<byte> CreatedAt = "_createdAt"u8.ToArray();
    private static readonly ReadOnlyMemory<byte> UpdatedAt = "_updatedAt"u8.ToArray();

    private readonly WorkBudget _budget = new(Limits.TransactionWork);
    private readonly Dictionary<DocumentId, Working> _documents = [];
    private readonly List<Working> _order = [];
    private readonly List<(int Index, MutationError Error)> _errors = [];
    private readonly JsonValue _time = JsonValue.FromString(
        timestamp.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));

    /// <summary>The fault of a transaction whose documents are too large together.</summary>
    public static readonly string TooMuch =
        $"The documents of a transaction may have {Limits.TransactionDocumentBytes} bytes together; split it up";

    /// <summary>Whether further mutations need not be looked at.</summary>
    public bool IsOver { get; private set; }

    public void Apply(Mutation mutation, int index)
    {
        var document = Find(mutation.DocumentId);
        try
        {
            var before = document.Current;
            switch (mutation)
            {
                case CreateMutation create when before is null:
                    document.Current = Created(create.Document);
                    break;
                case CreateMutation:
                    throw new MutationRejection(new MutationError(
                        MutationErrorType.DocumentAlreadyExists, $"Document by ID \"{document.Id}\" already exists")
                    {
                        Id = document.Id.Value,
                    });
                case CreateOrReplaceMutation replace:
                    document.Current = Created(replace.Document);
                    break;
                case CreateIfNotExistsMutation create:
                    document.Current ??= Created(create.Document);
                    break;
                case DeleteMutation:
                    document.Current = null;
                    break;
                case PatchMutation patch:
                    document.Current = Patched(patch, document);
                    break;
                default:
                    throw new ArgumentException($"Unknown mutation {mutation.GetType()}", nameof(mutation));
            }

            if (!ReferenceEquals(before, document.Current))
            {
                (document.Revision, document.LastMutation) = (transactionId, index);
            }
        }
        catch (MutationRejection rejection)
        {
            Report(index, rejection);
        }
    }

    /// <summary>The changes, after the rules that hold for whole documents were checked once for each.</summary>
    public IReadOnlyList<DocumentChange> Finish()
    {
        var changes = new List<DocumentChange>(_order.Count);
        var bytes = 0L;
        foreach (var document in _errors.Count == 0 ? _order : [])
        {
            if (document.Current?.Measure(Limits.DocumentBytes) > Limits.DocumentBytes)
            {
                // A value put into many places shares its bytes until it is written, so this comes before writing.
                Report(document.LastMutation, MutationRejection.Invalid(DocumentShape.TooLarge));
                continue;
            }

            var after = document.Current?.ToCanonical() ?? default;
            bytes += after.Length;
            if (bytes > Limits.TransactionDocumentBytes)
            {
                Report(Math.Max(document.LastMutation, 0), MutationRejection.Invalid(TooMuch));
                break;
            }

            var isUnchanged = document.LastMutation < 0 || after.Span.SequenceEqual(document.Before.Content.Span);
            if (!isUnchanged && !after.IsEmpty && DocumentShape.Fault(after.Span) is { } fault)
            {
                Report(document.LastMutation, MutationRejection.Invalid(fault));
                continue;
            }

            changes.Add(new DocumentChange(
                document.Id,
                document.Before,
                isUnchanged ? document.Before.Content : after,
                isUnchanged ? "none" : Operation(document.Before.Content, after)));
        }

        return _errors.Count == 0
            ? changes
            : throw new MutationException([.. _errors.OrderBy(item => item.Index)]);
    }

    private static string Operation(ReadOnlyMemory<byte> before, ReadOnlyMemory<byte> after)
    {
        if (before.IsEmpty)
        {
            return "create";
        }

        return after.IsEmpty ? "delete" : "update";
    }

    private Working Find(DocumentId id)
    {
        if (!_documents.TryGetValue(id, out var document))
        {
            document = new Working(id, read(id));
            _documents.Add(id, document);
            _order.Add(document);
        }

        return document;
    }

    private JsonValue Created(ReadOnlyMemory<byte> submitted)
    {
        var document = DocumentContent.WithMissing(submitted, CreatedAt.Span, UpdatedAt.Span, _time.Text);
        return JsonValue.FromCanonical(document);
    }

    private JsonValue Patched(PatchMutation patch, Working document)
    {
        if (document.Current is not { } before)
        {
            throw new MutationRejection(new MutationError(
                MutationErrorType.DocumentNotFound, $"The document with the ID \"{document.Id}\" was not found")
            {
                Id = document.Id.Value,
            });
        }

        if (patch.IfRevisionId is { } expected && expected != document.Revision)
        {
            throw new MutationRejection(new MutationError(
                MutationErrorType.DocumentRevisionIdDoesNotMatch,
                $"Document \"{document.Id}\" has unexpected revision ID (\"{document.Revision}\"), "
                + $"expected \"{MutationParser.Shorten(expected, 200)}\"")
            {
                Id = document.Id.Value,
                ExpectedRevisionId = expected,
                CurrentRevisionId = document.Revision,
            });
        }

        var result = before;
        foreach (var operation in patch.Operations)
        {
            _budget.Charge(1);
            result = operation.Apply(result, _budget);
        }

        return ReferenceEquals(result, before) ? before : Settled(before, result);
    }

    /// <summary>Puts what the system owns back in place, and tells whether anything else changed.</summary>
    private JsonValue Settled(JsonValue before, JsonValue patched)
    {
        if (patched.Kind != JsonKind.Object
            || patched.Find("_id"u8) is not { } id
            || !id.ContentEquals(before.Find("_id"u8)!))
        {
            throw MutationRejection.Invalid("The _id of a document cannot be changed");
        }

        if (patched.Find("_type"u8) is not { Kind: JsonKind.String, Text.Length: > 2 })
        {
            throw MutationRejection.Invalid("The document must have a _type that is a string and not empty");
        }

        var result = patched.Without("_rev"u8);
        if (result.Find(CreatedAt.Span) is not { Kind: JsonKind.String })
        {
            result = result.With(CreatedAt, before.Find(CreatedAt.Span) ?? _time);
        }

        var updatedAt = before.Find(UpdatedAt.Span);
        var comparable = updatedAt is null
            ? result.Without(UpdatedAt.Span)
            : result.With(UpdatedAt, updatedAt);
        return comparable.ContentEquals(before) ? before : result.With(UpdatedAt, _time);
    }

    private void Report(int index, MutationRejection rejection)
    {
        _errors.Add((index, rejection.Error));
        IsOver |= rejection.IsFinal || _errors.Count == Limits.ReportedErrors;
    }

    private sealed class Working(DocumentId id, DocumentState before)
    {
        public DocumentId Id { get; } = id;

        public DocumentState Before { get; } = before;

        public JsonValue? Current { get; set; } =
            before.Content.IsEmpty ? null : JsonValue.FromCanonical(before.Content);

        public string? Revision { get; set; } = before.Revision;

        /// <summary>The index of the last mutation that changed the document; -1 when none did.</summary>
        public int LastMutation { get; set; } = -1;
    }
}
