using System.Buffers;

namespace EventStore.Log.Postgres.Replay;

/// <summary>Successive effects as the database has copied them out, in rented memory.</summary>
internal sealed class EffectBlock : IDisposable
{
    private readonly EffectPlace[] _effects;
    private byte[] _buffer;

    /// <param name="buffer">Rented; the block gives it back.</param>
    /// <param name="effects">What stands in it, by ascending sequence.</param>
    /// <param name="patchBytes">Bytes of the patches when they are unpacked.</param>
    public EffectBlock(byte[] buffer, EffectPlace[] effects, long patchBytes)
    {
        (_buffer, _effects, PatchBytes) = (buffer, effects, patchBytes);
    }

    public ReadOnlySpan<EffectPlace> Effects => _effects;

    /// <summary>Bytes of the patches when they are unpacked.</summary>
    public long PatchBytes { get; }

    /// <summary>Bytes of memory.</summary>
    public int Size => _buffer.Length;

    /// <summary>Whether the transactions that were asked for together end with this block.</summary>
    public bool EndsStep { get; init; }

    /// <summary>A patch as it is stored.</summary>
    public ReadOnlySpan<byte> Packed(EffectPlace effect) => _buffer.AsSpan(effect.Start, effect.Length);

    public void Dispose()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }
    }
}
