using EventStore.Groq.Values;

namespace EventStore.Groq.Functions;

/// <summary>Reads GeoJSON geometries, and objects with a latitude and a longitude.</summary>
internal static class GeoReader
{
    public static bool TryRead(in Value value, out Geography geography)
    {
        geography = new Geography();
        return value.IsObject && Add(value, geography, 0);
    }

    public static Value Normalize(in Value value)
    {
        if (!value.Attribute("type"u8).IsString)
        {
            return Point(Longitude(value), value.Attribute("lat"u8));
        }
        ReadOnlySpan<byte> content = value.Attribute("geometries"u8).IsArray ? "geometries"u8 : "coordinates"u8;
        return Value.Object(new ObjectValue(
            [Value.Of("type"), Value.Utf8(content.ToArray())],
            [value.Attribute("type"u8), value.Attribute(content)]));
    }

    public static Value Point(in Value longitude, in Value latitude) => Value.Object(new ObjectValue(
        [Value.Of("type"), Value.Of("coordinates")], [Value.Of("Point"), Value.Array([longitude, latitude])]));

    private static Value Longitude(in Value value)
    {
        Value lng = value.Attribute("lng"u8);
        return lng.IsNull ? value.Attribute("lon"u8) : lng;
    }

    private static bool Add(in Value value, Geography geography, int depth)
    {
        Value type = value.Attribute("type"u8);
        if (!type.IsString)
        {
            return AddLatLng(value, geography, depth);
        }
        Value coordinates = value.Attribute("coordinates"u8);
        switch (type.ToString())
        {
            case "Point":
                geography.IsPoint = depth == 0;
                return AddPoint(coordinates, geography);
            case "MultiPoint":
                return All(coordinates, geography, AddPoint);
            case "LineString":
                return AddLine(coordinates, geography);
            case "MultiLineString":
                return All(coordinates, geography, AddLine);
            case "Polygon":
                return AddPolygon(coordinates, geography);
            case "MultiPolygon":
                return All(coordinates, geography, AddPolygon);
            case "GeometryCollection":
                return depth <= 8 && All(value.Attribute("geometries"u8), geography, (item, target) =>
                    item.IsObject && Add(item, target, depth + 1));
            default:
                return false;
        }
    }

    private static bool AddLatLng(in Value value, Geography geography, int depth)
    {
        Value latitude = value.Attribute("lat"u8);
        Value longitude = Longitude(value);
        if (!latitude.IsNumber || !longitude.IsNumber
            || (!value.Attribute("lng"u8).IsNull && !value.Attribute("lon"u8).IsNull)
            || !IsOnEarth(longitude.ToDouble(), latitude.ToDouble()))
        {
            return false;
        }
        geography.IsPoint = depth == 0;
        geography.Points.Add(new GeoPoint(longitude.ToDouble(), latitude.ToDouble()));
        return true;
    }

    private static bool IsOnEarth(double longitude, double latitude) =>
        Math.Abs(longitude) <= 180 && Math.Abs(latitude) <= 90;

    private static bool All(in Value array, Geography geography, Func<Value, Geography, bool> add)
    {
        if (!array.IsArray)
        {
            return false;
        }
        bool any = false;
        var items = new ItemEnumerator(array);
        while (items.MoveNext())
        {
            any = true;
            if (!add(items.Current, geography))
            {
                return false;
            }
        }
        return any;
    }

    private static bool TryReadPoint(in Value position, out GeoPoint point)
    {
        point = default;
        if (!position.IsArray)
        {
            return false;
        }
        var items = new ItemEnumerator(position);
        Span<double> numbers = stackalloc double[2];
        int count = 0;
        while (items.MoveNext())
        {
            if (!items.Current.IsNumber)
            {
                return false;
            }
            if (count < 2)
            {
                numbers[count] = items.Current.ToDouble();
            }
            count++;
        }
        point = new GeoPoint(numbers[0], numbers[1]);
        return count is >= 2 and <= 4 && IsOnEarth(point.X, point.Y);
    }

    private static bool AddPoint(Value position, Geography geography)
    {
        bool valid = TryReadPoint(position, out GeoPoint point);
        geography.Points.Add(point);
        return valid;
    }

    private static GeoPoint[]? ReadPoints(in Value positions)
    {
        if (!positions.IsArray)
        {
            return null;
        }
        var points = new List<GeoPoint>();
        var items = new ItemEnumerator(positions);
        while (items.MoveNext())
        {
            if (!TryReadPoint(items.Current, out GeoPoint point))
            {
                return null;
            }
            points.Add(point);
        }
        return [.. points];
    }

    private static bool AddLine(Value positions, Geography geography)
    {
        if (ReadPoints(positions) is not { Length: >= 2 } line)
        {
            return false;
        }
        geography.Lines.Add(line);
        return true;
    }

    private static bool AddPolygon(Value rings, Geography geography)
    {
        if (!rings.IsArray)
        {
            return false;
        }
        var read = new List<GeoPoint[]>();
        var items = new ItemEnumerator(rings);
        while (items.MoveNext())
        {
            if (ReadPoints(items.Current) is not { } ring || !IsRing(ring))
            {
                return false;
            }
            read.Add(ring);
        }
        geography.Polygons.Add([.. read]);
        return read.Count > 0;
    }

    /// <summary>Closed, with at least three corners, none of them twice, and not crossing itself.</summary>
    private static bool IsRing(GeoPoint[] ring)
    {
        if (ring.Length < 4 || ring[0] != ring[^1])
        {
            return false;
        }
        var corners = new HashSet<GeoPoint>();
        for (int i = 1; i < ring.Length; i++)
        {
            if (!corners.Add(ring[i]))
            {
                return false;
            }
        }
        return !CrossesItself(ring);
    }

    /// <summary>Edges from west to east, each compared with those that begin before it ends.</summary>
    private static bool CrossesItself(GeoPoint[] ring)
    {
        int[] edges = [.. Enumerable.Range(1, ring.Length - 1).OrderBy(edge => West(ring, edge))];
        for (int i = 0; i < edges.Length; i++)
        {
            int edge = edges[i];
            double east = Math.Max(ring[edge - 1].X, ring[edge].X);
            for (int j = i + 1; j < edges.Length && West(ring, edges[j]) <= east; j++)
            {
                int between = Math.Abs(edge - edges[j]);
                bool neighbours = between == 1 || between == ring.Length - 2;
                if (!neighbours && GeoRelations.SegmentsMeet(
                    ring[edge - 1], ring[edge], ring[edges[j] - 1], ring[edges[j]]))
                {
                    return true;
                }
            }
        }
        return false;
    }

    private static double West(GeoPoint[] ring, int edge) => Math.Min(ring[edge - 1].X, ring[edge].X);
}
