using EventStore.Groq.Evaluation;
using EventStore.Groq.Values;

namespace EventStore.Groq.Functions;

/// <summary>The namespace <c>geo</c>, on a plane of longitudes and latitudes.</summary>
internal static class GeoFunctions
{
    /// <summary>Radius at the equator in metres: with it distances are those of the public test suite.</summary>
    private const double EarthRadius = 6_378_137;

    public static Dictionary<string, BuiltIn> All { get; } = new(StringComparer.Ordinal)
    {
        ["latLng"] = BuiltIn.Of((latitude, longitude, _) => LatLng(latitude, longitude)),
        ["contains"] = BuiltIn.Of((first, second, state) => Relate(first, second, state, GeoRelations.Contains)),
        ["intersects"] = BuiltIn.Of((first, second, state) => Relate(first, second, state, GeoRelations.Intersects)),
        ["distance"] = BuiltIn.Of((first, second, state) => Distance(first, second, state)),
    };

    /// <summary>The value as GeoJSON, and nothing but that; null when it is no geography.</summary>
    public static Value Construct(in Value value) =>
        GeoReader.TryRead(value, out _) ? GeoReader.Normalize(value) : Value.Null;

    private static Value LatLng(in Value latitude, in Value longitude)
    {
        if (!latitude.IsNumber || !longitude.IsNumber
            || Math.Abs(latitude.ToDouble()) > 90 || Math.Abs(longitude.ToDouble()) > 180)
        {
            return Value.Null;
        }
        return GeoReader.Point(longitude, latitude);
    }

    private static Value Relate(
        in Value first, in Value second, EvaluationState state, Func<Geography, Geography, bool> relation)
    {
        if (!GeoReader.TryRead(first, out Geography left) || !GeoReader.TryRead(second, out Geography right))
        {
            return Value.Null;
        }
        // Every edge of one may meet every edge of the other.
        state.Step((int)Math.Min(int.MaxValue, 1 + ((long)left.Size * right.Size)));
        return Value.Of(relation(left, right));
    }

    private static Value Distance(in Value first, in Value second, EvaluationState state)
    {
        state.Step();
        if (!GeoReader.TryRead(first, out Geography left) || !GeoReader.TryRead(second, out Geography right)
            || !left.IsPoint || !right.IsPoint)
        {
            return Value.Null;
        }
        GeoPoint from = left.Points[0];
        GeoPoint to = right.Points[0];
        double latitude = Math.Sin(Radians(from.Y - to.Y) / 2);
        double longitude = Math.Sin(Radians(from.X - to.X) / 2);
        double half = (latitude * latitude)
            + (Math.Cos(Radians(to.Y)) * Math.Cos(Radians(from.Y)) * longitude * longitude);
        return Value.Of(2 * EarthRadius * Math.Atan2(Math.Sqrt(half), Math.Sqrt(1 - half)));
    }

    private static double Radians(double degrees) => degrees * Math.PI / 180;
}
