using System.Collections.Concurrent;

namespace EventStore.Log.Postgres;

/// <summary>
/// What reads found out about when transactions were made: pairs of a time and a sequence after which every transaction
/// is younger than that time. The log is append-only, its timestamps never fall, and numbers of datasets are never
/// given out again, so a pair that was true once is true for ever. Pairs only spare work: none is ever needed.
/// </summary>
internal sealed class TimeMarks
{
    private readonly ConcurrentDictionary<int, MarksOfDataset> _datasets = new();

    /// <summary>A sequence after which nothing was made at or before a time.</summary>
    public long Bound(Dataset dataset, DateTimeOffset time) =>
        _datasets.TryGetValue(dataset.Number, out var marks) ? marks.Bound(time) : long.MaxValue;

    /// <param name="dataset">The dataset.</param>
    /// <param name="time">A time.</param>
    /// <param name="sequence">There is a transaction after this one, and all that are were made after the
    /// time.</param>
    public void Learn(Dataset dataset, DateTimeOffset time, long sequence)
    {
        if (_datasets.Count >= Limits.TimeMarkedDatasets)
        {
            _datasets.Clear();
        }

        _datasets.GetOrAdd(dataset.Number, _ => new()).Learn(time, sequence);
    }

    /// <summary>The pairs by ascending time.</summary>
    private sealed class MarksOfDataset
    {
        private readonly List<(DateTimeOffset Time, long Sequence)> _marks = new(Limits.TimeMarks);

        public long Bound(DateTimeOffset time)
        {
            lock (_marks)
            {
                var place = FirstFrom(time);
                return place < _marks.Count ? _marks[place].Sequence : long.MaxValue;
            }
        }

        public void Learn(DateTimeOffset time, long sequence)
        {
            lock (_marks)
            {
                var place = FirstFrom(time);
                if (place < _marks.Count && _marks[place].Time == time)
                {
                    _marks[place] = (time, Math.Min(sequence, _marks[place].Sequence));
                    return;
                }

                if (_marks.Count == Limits.TimeMarks)
                {
                    // Every second one stays, so that what is left is as dense wherever people look.
                    var kept = _marks.Where((_, index) => index % 2 == 0).ToList();
                    _marks.Clear();
                    _marks.AddRange(kept);
                    place = FirstFrom(time);
                }

                _marks.Insert(place, (time, sequence));
            }
        }

        private int FirstFrom(DateTimeOffset time)
        {
            var (low, high) = (0, _marks.Count);
            while (low < high)
            {
                var middle = (low + high) / 2;
                (low, high) = _marks[middle].Time < time ? (middle + 1, high) : (low, middle);
            }

            return low;
        }
    }
}
