namespace EventStore.Log.Mutations.TextPatches;

/// <summary>Cuts hunks into pieces that are short enough to be searched for.</summary>
internal static class HunkSplitter
{
    private const int PieceLength = TextSearch.MaxPattern;

    /// <summary>The hunks in order, long ones in pieces that overlap by the margin.</summary>
    public static IEnumerable<TextHunk> Split(IEnumerable<TextHunk> hunks, int margin, WorkBudget budget) =>
        hunks.SelectMany(hunk => hunk.OldLength <= PieceLength ? [hunk] : Pieces(hunk, margin, budget));

    private static IEnumerable<TextHunk> Pieces(TextHunk hunk, int margin, WorkBudget budget)
    {
        var rest = new Queue(hunk.Edits);
        var (oldStart, newStart) = (hunk.OldStart, hunk.NewStart);
        var context = "";
        while (!rest.IsEmpty)
        {
            budget.Charge(1);
            var piece = new TextHunk
            {
                OldStart = oldStart - context.Length,
                NewStart = newStart - context.Length,
                OldLength = context.Length,
                NewLength = context.Length,
            };
            if (context.Length > 0)
            {
                piece.Edits.Add(new TextEdit(TextEditKind.Keep, context));
            }

            var isEmpty = true;
            while (!rest.IsEmpty && piece.OldLength < PieceLength - margin)
            {
                var isLongDeletion = rest.Kind == TextEditKind.Delete
                    && piece.Edits is [{ Kind: TextEditKind.Keep }]
                    && rest.Length > 2 * PieceLength;
                var edit = rest.Kind == TextEditKind.Insert || isLongDeletion
                    ? rest.Take(rest.Length)
                    : rest.Take(Math.Min(rest.Length, PieceLength - piece.OldLength - margin));
                var (old, added) = (
                    edit.Kind == TextEditKind.Insert ? 0 : edit.Text.Length,
                    edit.Kind == TextEditKind.Delete ? 0 : edit.Text.Length);
                piece.OldLength += old;
                piece.NewLength += added;
                oldStart += old;
                newStart += added;
                isEmpty &= edit.Kind == TextEditKind.Keep;
                piece.Edits.Add(edit);
            }

            var after = TextEdits.After(piece.Edits);
            context = after[Math.Max(0, after.Length - margin)..];
            var following = rest.PeekBefore(margin);
            if (following.Length > 0)
            {
                piece.OldLength += following.Length;
                piece.NewLength += following.Length;
                if (piece.Edits is [.., { Kind: TextEditKind.Keep } last])
                {
                    piece.Edits[^1] = last with { Text = last.Text + following };
                }
                else
                {
                    piece.Edits.Add(new TextEdit(TextEditKind.Keep, following));
                }
            }

            if (!isEmpty)
            {
                yield return piece;
            }
        }
    }

    /// <summary>Edits that are taken from the front, in parts if need be.</summary>
    private sealed class Queue(List<TextEdit> edits)
    {
        private int _index;
        private int _offset;

        public bool IsEmpty => _index == edits.Count;

        public TextEditKind Kind => edits[_index].Kind;

        public int Length => edits[_index].Text.Length - _offset;

        public TextEdit Take(int length)
        {
            var taken = edits[_index] with { Text = edits[_index].Text.Substring(_offset, length) };
            _offset += length;
            if (_offset == edits[_index].Text.Length)
            {
                (_index, _offset) = (_index + 1, 0);
            }

            return taken;
        }

        /// <summary>The beginning of the text before the remaining edits.</summary>
        public string PeekBefore(int length)
        {
            var text = "";
            for (var index = _index; index < edits.Count && text.Length < length; index++)
            {
                if (edits[index].Kind != TextEditKind.Insert)
                {
                    var offset = index == _index ? _offset : 0;
                    var part = edits[index].Text.AsSpan(offset);
                    text += part[..Math.Min(part.Length, length - text.Length)].ToString();
                }
            }

            return text;
        }
    }
}
