namespace EventStore.Groq.Functions;

/// <summary>Longitude and latitude in degrees.</summary>
internal readonly record struct GeoPoint(double X, double Y);

/// <summary>
/// A geography taken apart into points, lines and polygons, of which the first ring is the outer one.
/// </summary>
internal sealed class Geography
{
    public List<GeoPoint> Points { get; } = [];

    public List<GeoPoint[]> Lines { get; } = [];

    public List<GeoPoint[][]> Polygons { get; } = [];

    /// <summary>Whether it was given as one point.</summary>
    public bool IsPoint { get; set; }

    /// <summary>How many corners it has.</summary>
    public int Size => Points.Count + Lines.Sum(line => line.Length)
        + Polygons.Sum(polygon => polygon.Sum(ring => ring.Length));
}
