namespace EventStore.Log.Mutations.TextPatches;

/// <summary>
/// Moves surrogate halves between edits, because an edit that keeps half a character cannot be right.
/// </summary>
internal static class SurrogatePairs
{
    /// <summary>Whether every surrogate of the text has its other half beside it.</summary>
    public static bool AreWhole(string text)
    {
        for (var index = 0; index < text.Length; index++)
        {
            if (char.IsSurrogate(text[index]))
            {
                if (index + 1 == text.Length || !char.IsSurrogatePair(text[index], text[index + 1]))
                {
                    return false;
                }

                index++;
            }
        }

        return true;
    }

    /// <summary>Makes every kept text begin and end with a whole character.</summary>
    public static void MakeWhole(List<TextEdit> edits)
    {
        for (var index = 0; index < edits.Count; index++)
        {
            var edit = edits[index];
            if (edit.Kind != TextEditKind.Keep || edit.Text.Length == 0)
            {
                continue;
            }

            if (char.IsHighSurrogate(edit.Text[^1]))
            {
                MoveOut(edits, index, 1);
            }

            if (char.IsLowSurrogate(edit.Text[0]))
            {
                MoveOut(edits, index, -1);
            }
        }

        // One of two neighbouring empty edits may stay; it has no effect.
        for (var index = 0; index < edits.Count; index++)
        {
            if (edits[index].Text.Length == 0)
            {
                edits.RemoveAt(index);
            }
        }
    }

    /// <summary>Moves the half at one end of a kept text into the edits beside it.</summary>
    private static void MoveOut(List<TextEdit> edits, int index, int direction)
    {
        int insertAt = -1, deleteAt = -1, at = index + direction;
        for (; at >= 0 && at < edits.Count && (insertAt < 0 || deleteAt < 0); at += direction)
        {
            var edit = edits[at];
            if (edit.Text.Length == 0)
            {
                continue;
            }

            if (edit.Kind == TextEditKind.Keep)
            {
                if (insertAt < 0 && deleteAt < 0)
                {
                    Append(edits, at, TakeOff(edits, index, direction), -direction);
                    return;
                }

                break;
            }

            insertAt = edit.Kind == TextEditKind.Insert && insertAt < 0 ? at : insertAt;
            deleteAt = edit.Kind == TextEditKind.Delete && deleteAt < 0 ? at : deleteAt;
        }

        if (insertAt >= 0 && deleteAt >= 0 && End(edits[insertAt], direction) == End(edits[deleteAt], direction))
        {
            var moved = TakeOff(edits, insertAt, -direction);
            TakeOff(edits, deleteAt, -direction);
            Append(edits, index, moved, direction);
            return;
        }

        var half = TakeOff(edits, index, direction);
        var place = at < 0 ? Math.Max(0, edits.Count + at) : Math.Min(at, edits.Count);
        if (insertAt < 0)
        {
            edits.Insert(place, new TextEdit(TextEditKind.Insert, half.ToString()));
            deleteAt += deleteAt >= 0 && deleteAt >= at ? 1 : 0;
        }
        else
        {
            Append(edits, insertAt, half, -direction);
        }

        if (deleteAt < 0)
        {
            edits.Insert(place, new TextEdit(TextEditKind.Delete, half.ToString()));
        }
        else
        {
            Append(edits, deleteAt, half, -direction);
        }
    }

    private static char End(TextEdit edit, int direction) => direction > 0 ? edit.Text[^1] : edit.Text[0];

    private static char TakeOff(List<TextEdit> edits, int index, int direction)
    {
        var edit = edits[index];
        edits[index] = edit with { Text = direction > 0 ? edit.Text[..^1] : edit.Text[1..] };
        return End(edit, direction);
    }

    private static void Append(List<TextEdit> edits, int index, char half, int direction)
    {
        var edit = edits[index];
        edits[index] = edit with { Text = direction > 0 ? edit.Text + half : half + edit.Text };
    }
}
