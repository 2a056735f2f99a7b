namespace EventStore.Mendoza.Diffing.Plans;

/// <summary>What lies between the equal ends of two arrays.</summary>
/// <param name="Left">The left array's node.</param>
/// <param name="Right">The right array's node.</param>
/// <param name="From">The first element of the middle, in both.</param>
/// <param name="LeftEnd">Behind its last element on the left.</param>
/// <param name="RightEnd">Behind its last element on the right.</param>
internal readonly record struct ArrayMiddle(int Left, int Right, int From, int LeftEnd, int RightEnd);
