using System.Buffers;
using EventStore.Mendoza.Json;

namespace EventStore.Mendoza.Patching;

/// <summary>
/// A patch in canonical spelling, so that values go into results as they stand. Most patches are so already; those that
/// are trusted to be are not looked at.
/// </summary>
internal readonly ref struct PatchText
{
    private readonly byte[]? rented;

    /// <exception cref="MendozaException">The patch is not a well-formed JSON array.</exception>
    public PatchText(ReadOnlySpan<byte> patch, PatchTrust trust)
    {
        if (trust == PatchTrust.Trusted)
        {
            Span = patch;
            return;
        }
        var canonicalizer = new Canonicalizer(patch, MendozaLimits.PatchText);
        try
        {
            canonicalizer.Read();
            if (canonicalizer.IsUnchanged)
            {
                Span = patch;
            }
            else
            {
                rented = ArrayPool<byte>.Shared.Rent(canonicalizer.Length);
                canonicalizer.WriteTo(rented);
                Span = rented.AsSpan(0, canonicalizer.Length);
            }
        }
        catch (JsonFormatException exception)
        {
            throw Malformed("the patch is malformed: " + exception.Message);
        }
        finally
        {
            canonicalizer.Dispose();
        }
    }

    public ReadOnlySpan<byte> Span { get; }

    public void Dispose()
    {
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static MendozaException Malformed(string message) =>
        new(new MendozaError(MendozaErrorCode.MalformedPatch, -1, message));
}
