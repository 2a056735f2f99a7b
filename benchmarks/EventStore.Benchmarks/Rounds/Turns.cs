namespace EventStore.Benchmarks.Rounds;

/// <summary>
/// Rounds in which all sides of a comparison take turns, each round begun by another one, so that what else the machine
/// does falls on all alike.
/// </summary>
internal static class Turns
{
    /// <param name="rounds">How many.</param>
    /// <param name="sides">What each does in a round, and what it gives: a time, a rate. Null: absent.</param>
    /// <returns>By side, then by round; no rounds for who is absent.</returns>
    public static async Task<double[][]> TakeAsync(int rounds, params Func<Task<double>>?[] sides)
    {
        var results = sides.Select(side => side is null ? [] : new double[rounds]).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            Console.Error.WriteLine($"round {round + 1} of {rounds}");
            for (var turn = 0; turn < sides.Length; turn++)
            {
                var side = (round + turn) % sides.Length;
                if (sides[side] is { } run)
                {
                    results[side][round] = await run();
                }
            }
        }

        return results;
    }

    /// <summary>
    /// The same for work that can be cut: in each round the sides take turns at every slice, and what they give is
    /// added up, so that both see the same minutes of the machine.
    /// </summary>
    /// <param name="rounds">How many.</param>
    /// <param name="items">How many pieces of work there are.</param>
    /// <param name="slices">Into how many slices they are cut.</param>
    /// <param name="sides">What each does with the items from one up to another. Null: absent.</param>
    public static async Task<double[][]> TakeSlicesAsync(
        int rounds, int items, int slices, params Func<int, int, Task<double>>?[] sides)
    {
        var results = sides.Select(side => side is null ? [] : new double[rounds]).ToArray();
        slices = Math.Clamp(slices, 1, items);
        for (var round = 0; round < rounds; round++)
        {
            Console.Error.WriteLine($"round {round + 1} of {rounds}");
            for (var slice = 0; slice < slices; slice++)
            {
                var from = (int)((long)items * slice / slices);
                var to = (int)((long)items * (slice + 1) / slices);
                for (var turn = 0; turn < sides.Length; turn++)
                {
                    var side = (round + slice + turn) % sides.Length;
                    if (sides[side] is { } run)
                    {
                        results[side][round] += await run(from, to);
                    }
                }
            }
        }

        return results;
    }
}
