namespace EventStore.Mendoza.Patching;

internal enum PieceSource : byte
{
    Left,
    Patch,
    Literal,
    Built,
}

/// <summary>
/// A stretch of a result: a range of a text, or (<see cref="PieceSource.Built"/>) a built value by its number.
/// </summary>
internal readonly record struct Piece(PieceSource Source, int Start, int End);
