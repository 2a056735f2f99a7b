using EventStore.Groq.Values;

namespace EventStore.Groq.Evaluation;

/// <summary>One evaluation in progress: what it was given and what it has used.</summary>
internal sealed class EvaluationState(GroqContext context, int cacheSlots)
{
    private const int StepsBetweenChecks = 4096;

    private readonly long maxSteps = context.Limits.MaxSteps;
    private readonly Value?[] cache = new Value?[cacheSlots];
    private readonly ValueSet?[] sets = new ValueSet?[cacheSlots];
    private long steps;
    private long retained;
    private long nextCheck = StepsBetweenChecks;
    private JsonText? lastDocument;

    public GroqContext Context { get; } = context;

    public IGroqDataset Dataset => Context.Dataset;

    /// <summary>
    /// Bytes of values that are kept. What is kept for one element only is given back by resetting it.
    /// </summary>
    public long Memory { get; set; }

    public long Steps => steps;

    /// <summary>Makes memory that was charged last until the end.</summary>
    public void Retain(long bytes)
    {
        Memory -= bytes;
        retained += bytes;
    }

    public ref Value? Cached(int slot) => ref cache[slot];

    public ref ValueSet? CachedSet(int slot) => ref sets[slot];

    public void Step(int count = 1)
    {
        steps += count;
        if (steps >= nextCheck)
        {
            Check();
        }
    }

    /// <summary>Accounts for a value that is about to be kept.</summary>
    public void Charge(long bytes)
    {
        Memory += bytes;
        if (Memory + retained > Context.Limits.MaxMemoryBytes)
        {
            throw new GroqEvaluationException(
                GroqEvaluationError.TooMuchMemory,
                $"The query needs more than {Context.Limits.MaxMemoryBytes} bytes of memory.");
        }
    }

    /// <summary>
    /// Accounts for a value that is about to be kept, and for its document: values of one come one after the other.
    /// </summary>
    public void Charge(in Value value, long bytes)
    {
        if (Context.Limits.CountDocuments && value.Document is { } document && document != lastDocument)
        {
            lastDocument = document;
            bytes += document.Bytes.Length;
        }
        Charge(bytes);
    }

    private void Check()
    {
        nextCheck = steps + StepsBetweenChecks;
        Context.CancellationToken.ThrowIfCancellationRequested();
        if (steps > maxSteps)
        {
            throw new GroqEvaluationException(
                GroqEvaluationError.TooMuchWork, $"The query takes more than {maxSteps} steps.");
        }
    }
}
