using System.Buffers;
using EventStore.Mendoza.Json;

namespace EventStore.Mendoza;

/// <summary>
/// The one spelling of a JSON value that documents are kept in: object keys sorted by their UTF-8 bytes (the order
/// Mendoza's indexes count in), no white space, no duplicate keys, numbers byte for byte as written, and strings with
/// the fewest escapes: <c>\" \\ \b \f \n \r \t</c>, <c>\u00xx</c> in lower-case hexadecimal for the other controls
/// below U+0020, everything else as raw UTF-8.
/// </summary>
public static class CanonicalJson
{
    /// <summary>The canonical form of one JSON text. Never longer than the text.</summary>
    /// <exception cref="JsonFormatException">The text is malformed or outside the limits.</exception>
    public static byte[] Canonicalize(ReadOnlySpan<byte> json, JsonLimits limits)
    {
        var canonicalizer = new Canonicalizer(json, limits);
        try
        {
            canonicalizer.Read();
            var result = GC.AllocateUninitializedArray<byte>(canonicalizer.Length);
            canonicalizer.WriteTo(result);
            return result;
        }
        finally
        {
            canonicalizer.Dispose();
        }
    }

    /// <summary>Writes the canonical form of one JSON text; writes nothing when it fails.</summary>
    /// <exception cref="JsonFormatException">The text is malformed or outside the limits.</exception>
    public static void Canonicalize(ReadOnlySpan<byte> json, IBufferWriter<byte> output, JsonLimits limits)
    {
        var canonicalizer = new Canonicalizer(json, limits);
        try
        {
            canonicalizer.Read();
            canonicalizer.WriteTo(output.GetSpan(canonicalizer.Length));
            output.Advance(canonicalizer.Length);
        }
        finally
        {
            canonicalizer.Dispose();
        }
    }
}
