namespace EventStore.Groq.Functions;

/// <summary>How geographies lie to each other on a plane. Borders belong to what they enclose.</summary>
internal static class GeoRelations
{
    /// <summary>Whether all of the second lies in the first; every part of it in one polygon, line or point.</summary>
    public static bool Contains(Geography outer, Geography inner)
    {
        return inner.Points.TrueForAll(point => Covers(outer, point))
            && inner.Lines.TrueForAll(line => outer.Polygons.Exists(polygon => ContainsPath(polygon, line))
                || Array.TrueForAll(line, point => CoversWithoutArea(outer, point)))
            && inner.Polygons.TrueForAll(part => outer.Polygons.Exists(polygon => ContainsPath(polygon, part[0])));
    }

    /// <summary>Whether there is a point that belongs to both.</summary>
    public static bool Intersects(Geography left, Geography right)
    {
        if (left.Points.Exists(point => Covers(right, point)) || right.Points.Exists(point => Covers(left, point)))
        {
            return true;
        }
        List<GeoPoint[]> leftPaths = Paths(left);
        List<GeoPoint[]> rightPaths = Paths(right);
        if (leftPaths.Exists(path => rightPaths.Exists(other => PathsMeet(path, other))))
        {
            return true;
        }
        // No borders meet: one lies in the other as a whole, or they are apart.
        return leftPaths.Exists(path => right.Polygons.Exists(polygon => IsInside(polygon, path[0])))
            || rightPaths.Exists(path => left.Polygons.Exists(polygon => IsInside(polygon, path[0])));
    }

    public static bool SegmentsMeet(in GeoPoint a, in GeoPoint b, in GeoPoint c, in GeoPoint d)
    {
        int first = Side(a, b, c);
        int second = Side(a, b, d);
        int third = Side(c, d, a);
        int fourth = Side(c, d, b);
        if (first != second && third != fourth)
        {
            return true;
        }
        return (first == 0 && Between(a, b, c)) || (second == 0 && Between(a, b, d))
            || (third == 0 && Between(c, d, a)) || (fourth == 0 && Between(c, d, b));
    }

    private static List<GeoPoint[]> Paths(Geography geography) =>
        [.. geography.Lines, .. geography.Polygons.SelectMany(polygon => polygon)];

    private static bool Covers(Geography geography, GeoPoint point) =>
        CoversWithoutArea(geography, point) || geography.Polygons.Exists(polygon => IsInside(polygon, point));

    private static bool CoversWithoutArea(Geography geography, GeoPoint point) =>
        geography.Points.Contains(point) || geography.Lines.Exists(line => IsOnPath(line, point));

    /// <summary>All corners inside and no edge going out on the way.</summary>
    private static bool ContainsPath(GeoPoint[][] polygon, GeoPoint[] path)
    {
        if (!Array.TrueForAll(path, point => IsInside(polygon, point)))
        {
            return false;
        }
        foreach (GeoPoint[] ring in polygon)
        {
            for (int i = 1; i < ring.Length; i++)
            {
                for (int j = 1; j < path.Length; j++)
                {
                    if (Cross(ring[i - 1], ring[i], path[j - 1], path[j]))
                    {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    private static bool PathsMeet(GeoPoint[] left, GeoPoint[] right)
    {
        for (int i = 1; i < left.Length; i++)
        {
            for (int j = 1; j < right.Length; j++)
            {
                if (SegmentsMeet(left[i - 1], left[i], right[j - 1], right[j]))
                {
                    return true;
                }
            }
        }
        return false;
    }

    /// <summary>In the outer ring or on it, and not in a hole.</summary>
    private static bool IsInside(GeoPoint[][] polygon, GeoPoint point)
    {
        if (Array.Exists(polygon, ring => IsOnPath(ring, point)))
        {
            return true;
        }
        for (int i = 0; i < polygon.Length; i++)
        {
            if (IsEnclosed(polygon[i], point) != (i == 0))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>Whether a ray from the point leaves the ring more often than it enters it.</summary>
    private static bool IsEnclosed(GeoPoint[] ring, in GeoPoint point)
    {
        bool inside = false;
        for (int i = 1; i < ring.Length; i++)
        {
            GeoPoint a = ring[i - 1];
            GeoPoint b = ring[i];
            if ((a.Y > point.Y) != (b.Y > point.Y)
                && point.X < ((b.X - a.X) * (point.Y - a.Y) / (b.Y - a.Y)) + a.X)
            {
                inside = !inside;
            }
        }
        return inside;
    }

    private static bool IsOnPath(GeoPoint[] path, in GeoPoint point)
    {
        for (int i = 1; i < path.Length; i++)
        {
            if (Side(path[i - 1], path[i], point) == 0 && Between(path[i - 1], path[i], point))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Whether two segments cross in the inside of both.</summary>
    private static bool Cross(in GeoPoint a, in GeoPoint b, in GeoPoint c, in GeoPoint d) =>
        Side(a, b, c) * Side(a, b, d) < 0 && Side(c, d, a) * Side(c, d, b) < 0;

    /// <summary>On which side of a line a point lies; zero on it.</summary>
    private static int Side(in GeoPoint from, in GeoPoint to, in GeoPoint point) =>
        Math.Sign(((to.X - from.X) * (point.Y - from.Y)) - ((to.Y - from.Y) * (point.X - from.X)));

    private static bool Between(in GeoPoint from, in GeoPoint to, in GeoPoint point) =>
        point.X >= Math.Min(from.X, to.X) && point.X <= Math.Max(from.X, to.X)
        && point.Y >= Math.Min(from.Y, to.Y) && point.Y <= Math.Max(from.Y, to.Y);
}
