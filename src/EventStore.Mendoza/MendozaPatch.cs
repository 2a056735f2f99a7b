using System.Buffers;
using EventStore.Mendoza.Json;
using EventStore.Mendoza.Patching;

namespace EventStore.Mendoza;

/// <summary>
/// Decodes and applies Mendoza patches. A patch is one flat JSON array of operations and their parameters, and fits
/// exactly one left value, which it does not name: a patch applied to another value may fail or may give a wrong
/// result.
/// </summary>
/// <remarks>
/// Left values are canonical JSON (<see cref="CanonicalJson"/>), the literal <c>null</c> standing for no document;
/// results are canonical. Patches may be written in any spelling. Every malformed or unfitting patch is a <see
/// cref="MendozaError"/>; nothing is written then.
/// </remarks>
public static class MendozaPatch
{
    /// <summary>Applies a patch and returns the result.</summary>
    /// <exception cref="MendozaException">The patch is malformed or does not fit.</exception>
    public static byte[] Apply(
        ReadOnlySpan<byte> left, ReadOnlySpan<byte> patch, PatchTrust trust = PatchTrust.Untrusted)
    {
        var run = new SinglePatch(left, patch, trust);
        try
        {
            var result = GC.AllocateUninitializedArray<byte>(run.Execute());
            run.WriteTo(result);
            return result;
        }
        finally
        {
            run.Dispose();
        }
    }

    /// <summary>Applies a patch and writes the result.</summary>
    /// <exception cref="MendozaException">The patch is malformed or does not fit; nothing has been written.</exception>
    public static void Apply(
        ReadOnlySpan<byte> left,
        ReadOnlySpan<byte> patch,
        IBufferWriter<byte> output,
        PatchTrust trust = PatchTrust.Untrusted)
    {
        var run = new SinglePatch(left, patch, trust);
        try
        {
            int length = run.Execute();
            run.WriteTo(output.GetSpan(length)[..length]);
            output.Advance(length);
        }
        finally
        {
            run.Dispose();
        }
    }

    /// <summary>
    /// Applies a patch and writes the result; false, with nothing written, when it is malformed or does not fit.
    /// </summary>
    public static bool TryApply(
        ReadOnlySpan<byte> left,
        ReadOnlySpan<byte> patch,
        IBufferWriter<byte> output,
        out MendozaError error,
        PatchTrust trust = PatchTrust.Untrusted)
    {
        try
        {
            Apply(left, patch, output, trust);
            error = default;
            return true;
        }
        catch (MendozaException exception)
        {
            error = exception.Error;
            return false;
        }
    }

    /// <summary>
    /// One patch that leads where a chain of patches leads. The document they start from is needed because patches
    /// count fields and elements of values that they do not hold. The result is as small as <see cref="MendozaDiff"/>
    /// makes it.
    /// </summary>
    /// <param name="left">The canonical document that the first patch fits.</param>
    /// <param name="patches">The patches, oldest first; none gives <c>[]</c>.</param>
    /// <param name="trust">What is known about the text of the patches.</param>
    /// <exception cref="MendozaException">A patch is malformed or does not fit.</exception>
    public static byte[] Squash(
        ReadOnlyMemory<byte> left, IEnumerable<ReadOnlyMemory<byte>> patches, PatchTrust trust = PatchTrust.Untrusted)
    {
        using var chain = new MendozaChain(left);
        foreach (ReadOnlyMemory<byte> patch in patches)
        {
            chain.Apply(patch.Span, trust);
        }
        return MendozaDiff.CreateApply(left.Span, chain.ToArray());
    }

    /// <summary>
    /// Decodes a patch without applying it: every operation known, every parameter there and of its type.
    /// </summary>
    public static bool TryValidate(ReadOnlySpan<byte> patch, out MendozaError error)
    {
        var text = default(PatchText);
        try
        {
            text = new PatchText(patch, PatchTrust.Untrusted);
            var reader = new PatchReader(text.Span, 0);
            while (reader.TryReadOperation(out Operation operation))
            {
                reader.SkipParameters(operation);
            }
            error = default;
            return true;
        }
        catch (MendozaException exception)
        {
            error = exception.Error;
            return false;
        }
        finally
        {
            text.Dispose();
        }
    }

    /// <summary>
    /// Whether a patch is exactly <c>[0,v]</c>: the whole right value, whatever the left one. Creations, deletions
    /// and changes of the root's type have this form. The value is stepped over, not decoded, and the patch not
    /// otherwise validated.
    /// </summary>
    public static bool IsFullValue(ReadOnlySpan<byte> patch)
    {
        int at = SkipWhiteSpace(patch, 0);
        ReadOnlySpan<byte> opening = "[0,"u8;
        foreach (byte expected in opening)
        {
            if (at >= patch.Length || patch[at] != expected)
            {
                return false;
            }
            at = SkipWhiteSpace(patch, at + 1);
        }
        int end = JsonScan.SkipValue(patch, at);
        if (end <= at)
        {
            return false;
        }
        end = SkipWhiteSpace(patch, end);
        return end < patch.Length && patch[end] == ']' && SkipWhiteSpace(patch, end + 1) == patch.Length;
    }

    private static int SkipWhiteSpace(ReadOnlySpan<byte> text, int at)
    {
        while (at < text.Length && text[at] is ((byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r'))
        {
            at++;
        }
        return at;
    }
}
