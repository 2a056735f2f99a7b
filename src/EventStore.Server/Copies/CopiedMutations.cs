using EventStore.Log.Documents;
using EventStore.Log.Mutations;
using EventStore.Log.Postgres;
using EventStore.Log.Transactions;
using EventStore.Server.Jobs;

namespace EventStore.Server.Copies;

/// <summary>Appends what copies write by transactions: in portions, for a job that must still be held.</summary>
internal sealed class CopiedMutations(TransactionAppender appender)
{
    /// <summary>Begins to gather mutations of a dataset.</summary>
    public Portions Begin(JobRun run, Dataset target) => new(appender, run, target);

    /// <summary>Gathers mutations and appends a transaction whenever they are enough.</summary>
    internal sealed class Portions(TransactionAppender appender, JobRun run, Dataset target)
    {
        private readonly List<Mutation> _mutations = [];
        private long _bytes;

        /// <summary>
        /// The id of the next transaction; null to have one made. A chosen id is skipped when the log has it.
        /// </summary>
        public TransactionId? NextId { get; set; }

        /// <summary>What must hold when what was gathered is appended; throws when it does not.</summary>
        public Func<Task>? Require { get; set; }

        /// <summary>Adds a mutation.</summary>
        /// <returns>Whether a transaction was appended that ends with it.</returns>
        public async ValueTask<bool> AddAsync(Mutation mutation, int bytes, CancellationToken cancellationToken)
        {
            _mutations.Add(mutation);
            _bytes += bytes;
            return (_mutations.Count >= ServerLimits.CopyDocuments || _bytes >= ServerLimits.CopyBytes)
                && await FlushAsync(cancellationToken);
        }

        /// <summary>Appends what was gathered; false when that is nothing.</summary>
        public async Task<bool> FlushAsync(CancellationToken cancellationToken)
        {
            if (_mutations.Count == 0)
            {
                return false;
            }

            await (Require?.Invoke() ?? Task.CompletedTask);

            // What is copied was accepted once; only together, when all is written, its references hold again.
            var request = new AppendRequest
            {
                Id = NextId,
                Author = run.Job.Author,
                Mutations = [.. _mutations],
                EnforceReferences = false,
                SkipIfKnown = true,
            };
            var result = await appender.AppendGroupAsync(target, [new(request)], run.Fence, cancellationToken);
            if (result.Failure is { } failure)
            {
                throw failure;
            }

            _mutations.Clear();
            _bytes = 0;
            return true;
        }
    }
}
