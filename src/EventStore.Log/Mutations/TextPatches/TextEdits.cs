using System.Text;

namespace EventStore.Log.Mutations.TextPatches;

/// <summary>Reads and tidies lists of edits.</summary>
internal static class TextEdits
{
    /// <summary>The text before the edits.</summary>
    public static string Before(IEnumerable<TextEdit> edits) => Join(edits, TextEditKind.Insert);

    /// <summary>The text after the edits.</summary>
    public static string After(IEnumerable<TextEdit> edits) => Join(edits, TextEditKind.Delete);

    /// <summary>How many characters differ: the larger of what is deleted and inserted, summed over all
    /// changes.</summary>
    public static int Distance(List<TextEdit> edits)
    {
        int distance = 0, inserted = 0, deleted = 0;
        foreach (var edit in edits)
        {
            switch (edit.Kind)
            {
                case TextEditKind.Insert:
                    inserted += edit.Text.Length;
                    break;
                case TextEditKind.Delete:
                    deleted += edit.Text.Length;
                    break;
                default:
                    distance += Math.Max(inserted, deleted);
                    (inserted, deleted) = (0, 0);
                    break;
            }
        }

        return distance + Math.Max(inserted, deleted);
    }

    /// <summary>Where a position in the text before the edits is in the text after them.</summary>
    public static int Translate(List<TextEdit> edits, int position)
    {
        int before = 0, after = 0;
        foreach (var edit in edits)
        {
            var nextBefore = before + (edit.Kind == TextEditKind.Insert ? 0 : edit.Text.Length);
            var nextAfter = after + (edit.Kind == TextEditKind.Delete ? 0 : edit.Text.Length);
            if (nextBefore > position)
            {
                // Inside deleted text there is no such place; its end stands for it.
                return edit.Kind == TextEditKind.Delete ? after : after + position - before;
            }

            (before, after) = (nextBefore, nextAfter);
        }

        return after + position - before;
    }

    /// <summary>
    /// Joins neighbours of one kind, takes what is common out of changes, and moves a change over a kept text where
    /// that makes a kept text vanish; repeated until nothing moves.
    /// </summary>
    public static List<TextEdit> Merge(List<TextEdit> edits, WorkBudget budget)
    {
        while (true)
        {
            edits = JoinChanges(edits, budget);
            if (!CloseGaps(edits, budget))
            {
                return edits;
            }
        }
    }

    private static List<TextEdit> JoinChanges(List<TextEdit> edits, WorkBudget budget)
    {
        budget.Charge(1 + edits.Count);
        var result = new List<TextEdit>();
        var deleted = new StringBuilder();
        var inserted = new StringBuilder();
        var count = 0;
        foreach (var edit in edits.Append(new TextEdit(TextEditKind.Keep, "")))
        {
            if (edit.Kind == TextEditKind.Keep)
            {
                FlushChanges(result, edit, count, deleted.ToString(), inserted.ToString());
                deleted.Clear();
                inserted.Clear();
                count = 0;
                continue;
            }

            (edit.Kind == TextEditKind.Insert ? inserted : deleted).Append(edit.Text);
            count++;
        }

        if (result[^1].Text.Length == 0)
        {
            result.RemoveAt(result.Count - 1);
        }

        return result;
    }

    private static void FlushChanges(List<TextEdit> result, TextEdit kept, int count, string deleted, string inserted)
    {
        if (count == 0)
        {
            // A kept text joins one before it.
            if (result.Count > 0 && result[^1].Kind == TextEditKind.Keep)
            {
                result[^1] = result[^1] with { Text = result[^1].Text + kept.Text };
                return;
            }

            result.Add(kept);
            return;
        }

        if (count > 1 && deleted.Length > 0 && inserted.Length > 0)
        {
            var prefix = inserted.AsSpan().CommonPrefixLength(deleted);
            if (prefix > 0)
            {
                if (result.Count > 0 && result[^1].Kind == TextEditKind.Keep)
                {
                    result[^1] = result[^1] with { Text = result[^1].Text + inserted[..prefix] };
                }
                else
                {
                    result.Insert(0, new TextEdit(TextEditKind.Keep, inserted[..prefix]));
                }

                (inserted, deleted) = (inserted[prefix..], deleted[prefix..]);
            }

            var suffix = TextDiff.CommonSuffixLength(inserted, deleted);
            if (suffix > 0)
            {
                kept = kept with { Text = inserted[^suffix..] + kept.Text };
                (inserted, deleted) = (inserted[..^suffix], deleted[..^suffix]);
            }
        }

        var size = result.Count;
        if (deleted.Length > 0)
        {
            result.Add(new TextEdit(TextEditKind.Delete, deleted));
        }

        if (inserted.Length > 0)
        {
            result.Add(new TextEdit(TextEditKind.Insert, inserted));
        }

        if (result.Count == size && size > 0 && result[^1].Kind == TextEditKind.Keep)
        {
            result[^1] = result[^1] with { Text = result[^1].Text + kept.Text };
            return;
        }

        result.Add(kept);
    }

    /// <summary>Slides single changes between two kept texts sideways; true when one of those vanished.</summary>
    private static bool CloseGaps(List<TextEdit> edits, WorkBudget budget)
    {
        var closed = false;
        for (var index = 1; index < edits.Count - 1; index++)
        {
            var (previous, edit, next) = (edits[index - 1], edits[index], edits[index + 1]);
            if (previous.Kind != TextEditKind.Keep || next.Kind != TextEditKind.Keep)
            {
                continue;
            }

            budget.Charge(1 + ((edit.Text.Length + previous.Text.Length + edits.Count) / 16));
            if (edit.Text.EndsWith(previous.Text, StringComparison.Ordinal))
            {
                edits[index] = edit with { Text = previous.Text + edit.Text[..^previous.Text.Length] };
                edits[index + 1] = next with { Text = previous.Text + next.Text };
                edits.RemoveAt(index - 1);
                closed = true;
            }
            else if (edit.Text.StartsWith(next.Text, StringComparison.Ordinal))
            {
                edits[index - 1] = previous with { Text = previous.Text + next.Text };
                edits[index] = edit with { Text = edit.Text[next.Text.Length..] + next.Text };
                edits.RemoveAt(index + 1);
                closed = true;
            }
        }

        return closed;
    }

    private static string Join(IEnumerable<TextEdit> edits, TextEditKind without) =>
        string.Concat(edits.Where(edit => edit.Kind != without).Select(edit => edit.Text));
}
