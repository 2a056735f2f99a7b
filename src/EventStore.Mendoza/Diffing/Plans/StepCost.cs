namespace EventStore.Mendoza.Diffing.Plans;

/// <summary>
/// What steps cost in bytes of JSON, the comma after each token counted: the true size of the patch, not an estimate.
/// </summary>
internal static class StepCost
{
    /// <summary>An operation code of two digits and its comma. All but the first ten operations have two.</summary>
    public const int Code = 3;

    /// <summary>The code for "from a blank" at the root, where nothing is entered.</summary>
    public const int RootBlank = 2;

    /// <summary>The code that takes the cursor up.</summary>
    public const int Pop = 2;

    public static int Number(int value)
    {
        int digits = 2;
        while (value > 9)
        {
            value /= 10;
            digits++;
        }
        return digits;
    }

    /// <summary>An operation with one index: delete, copy or enter a field, enter an element.</summary>
    public static int Indexed(int index) => Code + Number(index);

    /// <summary>The code that takes the cursor down without output: one digit, and an index.</summary>
    public static int Push(int index) => 2 + Number(index);

    /// <summary>A text of the given length without its quotes.</summary>
    public static int Text(int length) => Code + length + 3;

    public static int TextSlice(int from, int to) => Code + Number(from) + Number(to);

    public static int SetField(int valueLength, int keyLength) => Code + valueLength + 1 + keyLength + 1;

    public static int AppendValue(int valueLength) => Code + valueLength + 1;

    /// <summary>
    /// Appending elements one by one: their text has a comma fewer than they are, each token brings one.
    /// </summary>
    public static int AppendValues(int textLength, int count) => textLength - (count - 1) + (Code + 1) * count;

    public static int Slice(int from, int to)
    {
        int cost = 0;
        while (to - from > MendozaLimits.MaxSliceLength)
        {
            cost += TextSlice(from, from + MendozaLimits.MaxSliceLength);
            from += MendozaLimits.MaxSliceLength;
        }
        return cost + TextSlice(from, to);
    }
}
