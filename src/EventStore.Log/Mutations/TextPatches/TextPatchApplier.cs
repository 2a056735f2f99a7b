using System.Text;

namespace EventStore.Log.Mutations.TextPatches;

/// <summary>
/// Applies a text patch the way Google's diff-match-patch does: each hunk where its text is found best near the
/// expected place, hunks that fit nowhere left out.
/// </summary>
internal sealed class TextPatchApplier(WorkBudget budget)
{
    private const int Margin = 4;
    private const string Padding = "\u0001\u0002\u0003\u0004";

    // A hunk with much deleted text is left out when more than this part of it is not what was expected.
    private const double DeleteThreshold = 0.4;

    private readonly TextSearch _search = new(budget);

    /// <summary>The patched text.</summary>
    public string Apply(IReadOnlyList<TextHunk> patch, string original)
    {
        if (patch.Count == 0)
        {
            return original;
        }

        var hunks = Locate(patch, original);
        Pad(hunks);
        var text = Padding + original + Padding;
        var shift = 0;
        foreach (var hunk in HunkSplitter.Split(hunks, Margin, budget))
        {
            budget.Charge(1 + (text.Length / 16));
            text = ApplyHunk(hunk, text, ref shift);
        }

        return Substring(text, Margin, text.Length - Margin);
    }

    /// <summary>Copies of the hunks with offsets in UTF-16 code units; what lies beyond the text is at its
    /// end.</summary>
    private List<TextHunk> Locate(IReadOnlyList<TextHunk> patch, string text)
    {
        budget.Charge(1 + (text.Length / 4));
        var (bytes, index) = (0, 0);
        var located = new List<TextHunk>(patch.Count);
        foreach (var hunk in patch)
        {
            var copy = hunk.Copy();
            copy.OldStart = Advance(hunk.OldStart);
            copy.NewStart = Advance(hunk.NewStart);
            located.Add(copy);
        }

        return located;

        // Only ever forward, also over what an earlier hunk adds: the offsets after it are close enough to search from.
        int Advance(int target)
        {
            while (bytes < target && index < text.Length)
            {
                Rune.DecodeFromUtf16(text.AsSpan(index), out var rune, out var length);
                bytes += rune.Utf8SequenceLength;
                index += length;
            }

            return index;
        }
    }

    /// <summary>Lets hunks at the ends of the text be found by the padding that the text gets there.</summary>
    private static void Pad(List<TextHunk> hunks)
    {
        foreach (var hunk in hunks)
        {
            hunk.OldStart += Margin;
            hunk.NewStart += Margin;
        }

        var first = hunks[0];
        var known = first.Edits is [{ Kind: TextEditKind.Keep } head, ..] ? head.Text.Length : -1;
        if (known < Margin)
        {
            var missing = known < 0 ? Margin : Margin - known;
            if (known < 0)
            {
                first.Edits.Insert(0, new TextEdit(TextEditKind.Keep, Padding));
            }
            else
            {
                first.Edits[0] = new TextEdit(TextEditKind.Keep, Padding[known..] + first.Edits[0].Text);
            }

            first.OldStart -= missing;
            first.NewStart -= missing;
            first.OldLength += missing;
            first.NewLength += missing;
        }

        var last = hunks[^1];
        known = last.Edits is [.., { Kind: TextEditKind.Keep } tail] ? tail.Text.Length : -1;
        if (known < Margin)
        {
            var missing = known < 0 ? Margin : Margin - known;
            if (known < 0)
            {
                last.Edits.Add(new TextEdit(TextEditKind.Keep, Padding));
            }
            else
            {
                last.Edits[^1] = new TextEdit(TextEditKind.Keep, last.Edits[^1].Text + Padding[..missing]);
            }

            last.OldLength += missing;
            last.NewLength += missing;
        }
    }

    private string ApplyHunk(TextHunk hunk, string text, ref int shift)
    {
        var expected = hunk.NewStart + shift;
        var old = TextEdits.Before(hunk.Edits);
        var (start, end) = FindPlace(text, old, expected);
        if (start < 0)
        {
            shift -= hunk.NewLength - hunk.OldLength;
            return text;
        }

        shift = start - expected;
        var found = Substring(text, start, end < 0 ? start + old.Length : end + TextSearch.MaxPattern);
        if (found == old)
        {
            return string.Concat(text.AsSpan(0, start), TextEdits.After(hunk.Edits), text.AsSpan(start + old.Length));
        }

        var differences = new TextDiff(budget).Create(old, found);
        if (old.Length > TextSearch.MaxPattern
            && (double)TextEdits.Distance(differences) / old.Length > DeleteThreshold)
        {
            return text;
        }

        return ApplyEdits(hunk, text, start, EditBoundaries.Align(differences, budget));
    }

    private (int Start, int End) FindPlace(string text, string old, int expected)
    {
        const int Longest = TextSearch.MaxPattern;
        if (old.Length <= Longest)
        {
            return (_search.Find(text, old, expected), -1);
        }

        // Only a long deletion gets here; both its ends must be found.
        var start = _search.Find(text, old[..Longest], expected);
        if (start < 0)
        {
            return (-1, -1);
        }

        var end = _search.Find(text, old[^Longest..], expected + old.Length - Longest);
        return end < 0 || start >= end ? (-1, -1) : (start, end);
    }

    private string ApplyEdits(TextHunk hunk, string text, int start, List<TextEdit> differences)
    {
        var position = 0;
        var place = 0;
        foreach (var edit in hunk.Edits)
        {
            budget.Charge(1 + differences.Count + (text.Length / 16));
            if (edit.Kind != TextEditKind.Keep)
            {
                place = TextEdits.Translate(differences, position);
            }

            if (edit.Kind == TextEditKind.Insert)
            {
                text = Substring(text, 0, start + place) + edit.Text + Substring(text, start + place, text.Length);
            }
            else if (edit.Kind == TextEditKind.Delete)
            {
                var end = TextEdits.Translate(differences, position + edit.Text.Length);
                text = Substring(text, 0, start + place) + Substring(text, start + end, text.Length);
            }

            position += edit.Kind == TextEditKind.Delete ? 0 : edit.Text.Length;
        }

        return text;
    }

    /// <summary>A part of a text between two positions in any order, each moved into the text.</summary>
    private static string Substring(string text, int from, int to)
    {
        var (first, second) = (Math.Clamp(from, 0, text.Length), Math.Clamp(to, 0, text.Length));
        return text[Math.Min(first, second)..Math.Max(first, second)];
    }
}
