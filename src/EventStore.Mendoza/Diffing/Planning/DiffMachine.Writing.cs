using System.Buffers.Text;
using EventStore.Mendoza.Diffing.Plans;
using EventStore.Mendoza.Json;

namespace EventStore.Mendoza.Diffing.Planning;

// From plan to patch. The plans' costs are exact, so the patch is written into memory of just its size.
internal ref partial struct DiffMachine
{
    /// <summary>Writes a patch into memory of just its size.</summary>
    public readonly void Write(PlannedPatch planned, Span<byte> patch)
    {
        if (planned.Plan == None)
        {
            "[0,"u8.CopyTo(patch);
            right.Text.CopyTo(patch[3..]);
            patch[^1] = (byte)']';
            return;
        }
        patch[0] = (byte)'[';
        int at = 1;
        PatchPlan plan = space.Plans[planned.Plan];
        if (plan.FromBlank)
        {
            WriteNumber(patch, ref at, (int)Operation.Blank);
        }
        space.Open.Truncate(0);
        space.Open.Add(new OpenPlan(plan.FirstStep, plan.FirstStep + plan.StepCount, -1));
        while (space.Open.Count > 0)
        {
            ref OpenPlan current = ref space.Open.Last;
            if (current.Step == current.End)
            {
                int closed = current.EnteredBy;
                space.Open.Truncate(space.Open.Count - 1);
                if (closed >= 0)
                {
                    WriteReturn(patch, ref at, space.Steps[closed]);
                }
                continue;
            }
            int number = current.Step++;
            PatchStep step = space.Steps[number];
            WriteStep(patch, ref at, step);
            if (step.Plan != None)
            {
                PatchPlan nested = space.Plans[step.Plan];
                space.Open.Add(new OpenPlan(nested.FirstStep, nested.FirstStep + nested.StepCount, number));
            }
        }
        // The last token's comma is the closing bracket's place.
        patch[at - 1] = (byte)']';
    }

    private readonly void WriteStep(Span<byte> patch, ref int at, in PatchStep step)
    {
        switch (step.Kind)
        {
            case StepKind.DeleteField:
                WriteOperation(patch, ref at, Operation.ObjectDeleteField, step.A);
                break;
            case StepKind.CopyField:
                WriteOperation(patch, ref at, Operation.ObjectCopyField, step.A);
                break;
            case StepKind.SetField:
                WriteNumber(patch, ref at, (int)Operation.ObjectSetFieldValue);
                WriteToken(patch, ref at, right.Value(step.Right));
                WriteKey(patch, ref at, step.Right);
                break;
            case StepKind.RenameField:
                WriteOperation(patch, ref at, Operation.PushFieldCopy, step.A);
                WriteReturn(patch, ref at, step);
                break;
            case StepKind.EditField or StepKind.EditAndRenameField:
                bool blankField = space.Plans[step.Plan].FromBlank;
                WriteOperation(patch, ref at, blankField ? Operation.PushFieldBlank : Operation.PushFieldCopy, step.A);
                break;
            case StepKind.EditElement:
                bool blankElement = space.Plans[step.Plan].FromBlank;
                WriteOperation(
                    patch, ref at, blankElement ? Operation.PushElementBlank : Operation.PushElementCopy, step.A);
                break;
            case StepKind.MoveField or StepKind.MoveElement:
                WriteMove(patch, ref at, step);
                break;
            case StepKind.AppendValues:
                for (int value = step.Right; value < step.Right + step.A; value++)
                {
                    WriteNumber(patch, ref at, (int)Operation.ArrayAppendValue);
                    WriteToken(patch, ref at, right.Value(value));
                }
                break;
            case StepKind.AppendRange:
                WriteRange(patch, ref at, right.Text[step.A..step.B]);
                break;
            case StepKind.AppendSlice:
                WriteOperation(patch, ref at, Operation.ArrayAppendSlice, step.A);
                WriteNumber(patch, ref at, step.B);
                break;
            case StepKind.AppendText:
                WriteNumber(patch, ref at, (int)Operation.StringAppendString);
                patch[at++] = (byte)'"';
                right.Text[step.A..step.B].CopyTo(patch[at..]);
                at += step.B - step.A;
                patch[at++] = (byte)'"';
                patch[at++] = (byte)',';
                break;
            default:
                WriteOperation(patch, ref at, Operation.StringAppendSlice, step.A);
                WriteNumber(patch, ref at, step.B);
                break;
        }
    }

    private readonly void WriteReturn(Span<byte> patch, ref int at, in PatchStep step)
    {
        switch (step.Kind)
        {
            case StepKind.EditField:
                WriteNumber(patch, ref at, (int)Operation.ReturnIntoObjectSameKeyPop);
                break;
            case StepKind.EditElement or StepKind.MoveElement:
                WriteNumber(patch, ref at, (int)Operation.ReturnIntoArrayPop);
                break;
            default:
                WriteNumber(patch, ref at, (int)Operation.ReturnIntoObjectPop);
                WriteKey(patch, ref at, step.Right);
                break;
        }
    }

    private readonly void WriteKey(Span<byte> patch, ref int at, int r) =>
        WriteToken(patch, ref at, right.Text[right.KeyStart(r)..(right.Start(r) - 1)]);

    private static void WriteRange(Span<byte> patch, ref int at, ReadOnlySpan<byte> elements)
    {
        while (true)
        {
            int end = JsonScan.SkipValue(elements, 0, out _);
            WriteNumber(patch, ref at, (int)Operation.ArrayAppendValue);
            WriteToken(patch, ref at, elements[..end]);
            if (end == elements.Length)
            {
                return;
            }
            elements = elements[(end + 1)..];
        }
    }

    private static void WriteOperation(Span<byte> patch, ref int at, Operation operation, int index)
    {
        WriteNumber(patch, ref at, (int)operation);
        WriteNumber(patch, ref at, index);
    }

    private static void WriteNumber(Span<byte> patch, ref int at, int number)
    {
        if (number < 10)
        {
            patch[at++] = (byte)('0' + number);
        }
        else if (number < 100)
        {
            patch[at++] = (byte)('0' + number / 10);
            patch[at++] = (byte)('0' + number % 10);
        }
        else
        {
            Utf8Formatter.TryFormat(number, patch[at..], out int written);
            at += written;
        }
        patch[at++] = (byte)',';
    }

    private static void WriteToken(Span<byte> patch, ref int at, ReadOnlySpan<byte> token)
    {
        token.CopyTo(patch[at..]);
        at += token.Length;
        patch[at++] = (byte)',';
    }
}
