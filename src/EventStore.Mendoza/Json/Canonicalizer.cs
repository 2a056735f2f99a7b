using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace EventStore.Mendoza.Json;

/// <summary>
/// One forward pass over a JSON text. It validates, and keeps a normalised text whose objects still have their keys in
/// the order they came in: whatever is canonical already is only a range to copy. Objects out of order are noted,
/// and put in order while the result is written, each byte moved once however deep the nesting.
/// </summary>
/// <remarks>The normalised text never outgrows the input, so one rented buffer of its size is enough.</remarks>
internal ref partial struct Canonicalizer
{
    /// <summary>
    /// The pool keeps what it lends for each thread, which for the rare long text costs more than it saves.
    /// </summary>
    private const int LongestRented = 1024 * 1024;

    private readonly ReadOnlySpan<byte> input;
    private readonly JsonLimits limits;
    private PooledList<OpenContainer> open;
    private PooledList<Member> members;
    private KeyOrder order;
    private byte[]? buffer;
    private int written;
    private int copyFrom;
    private int position;
    private bool respelled;

    public Canonicalizer(ReadOnlySpan<byte> input, JsonLimits limits)
    {
        this.input = input;
        this.limits = limits;
    }

    /// <summary>Length of the canonical text, once read.</summary>
    public readonly int Length => written + input.Length - copyFrom;

    /// <summary>Whether the input was canonical already, once read.</summary>
    public readonly bool IsUnchanged => order.IsEmpty && !respelled;

    public void Dispose()
    {
        open.Dispose();
        members.Dispose();
        order.Dispose();
        if (buffer is not null)
        {
            if (input.Length <= LongestRented)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
            buffer = null;
        }
    }

    public void Read()
    {
        if (!Utf8.IsValid(input))
        {
            throw new JsonFormatException(JsonFault.InvalidUtf8, FirstInvalidByte());
        }
        SkipWhiteSpace();
        while (true)
        {
            if (ReadValueStart())
            {
                continue;
            }
            if (!ReadAfterValue())
            {
                break;
            }
        }
    }

    /// <summary>
    /// Writes the canonical text. A text that was canonical already is copied straight from the input.
    /// </summary>
    public void WriteTo(Span<byte> output)
    {
        if (order.IsEmpty)
        {
            buffer.AsSpan(0, written).CopyTo(output);
            input[copyFrom..].CopyTo(output[written..]);
            return;
        }
        Flush(input.Length);
        order.Write(buffer.AsSpan(0, written), output);
    }

    /// <summary>Where the next input byte lands in the normalised text.</summary>
    private readonly int OutputPosition => written + position - copyFrom;

    /// <summary>
    /// Reads a scalar or opens a container. True when a container was opened that has a first value to read.
    /// </summary>
    private bool ReadValueStart()
    {
        byte first = Peek();
        switch (first)
        {
            case (byte)'{':
                Open(isObject: true);
                if (Peek() == '}')
                {
                    CloseObject();
                    return false;
                }
                ReadKey();
                return true;
            case (byte)'[':
                Open(isObject: false);
                if (Peek() == ']')
                {
                    CloseArray();
                    return false;
                }
                return true;
            case (byte)'"':
                ReadString();
                return false;
            case (byte)'t':
                ReadLiteral("true"u8);
                return false;
            case (byte)'f':
                ReadLiteral("false"u8);
                return false;
            case (byte)'n':
                ReadLiteral("null"u8);
                return false;
            default:
                ReadNumber();
                return false;
        }
    }

    /// <summary>
    /// Closes every container that ends here. False at the end of the text, true when another value follows.
    /// </summary>
    private bool ReadAfterValue()
    {
        while (true)
        {
            SkipWhiteSpace();
            if (open.Count == 0)
            {
                return position == input.Length ? false : throw Fault(JsonFault.TrailingData);
            }
            byte next = Peek();
            bool isObject = open.Last.IsObject;
            if (isObject)
            {
                members.Last.End = OutputPosition;
            }
            if (next == ',')
            {
                position++;
                SkipWhiteSpace();
                if (isObject)
                {
                    ReadKey();
                }
                return true;
            }
            if (next != (isObject ? '}' : ']'))
            {
                throw Fault(JsonFault.Syntax);
            }
            if (isObject)
            {
                CloseObject();
            }
            else
            {
                CloseArray();
            }
        }
    }

    private void Open(bool isObject)
    {
        if (open.Count >= limits.MaxDepth)
        {
            throw Fault(JsonFault.TooDeep);
        }
        open.Add(new OpenContainer(isObject, OutputPosition, members.Count));
        position++;
        SkipWhiteSpace();
    }

    private void CloseArray()
    {
        open.RemoveLast();
        position++;
    }

    private void CloseObject()
    {
        OpenContainer closed = open.Last;
        open.RemoveLast();
        position++;
        if (!closed.InOrder)
        {
            Flush(position);
            Span<Member> own = members.AsSpan()[closed.FirstMember..];
            int duplicate = order.Add(buffer!, own, closed.Start, OutputPosition);
            if (duplicate >= 0)
            {
                throw new JsonFormatException(JsonFault.DuplicateKey, duplicate);
            }
        }
        members.Truncate(closed.FirstMember);
    }

    private void ReadKey()
    {
        int keyOffset = position;
        int outputStart = OutputPosition;
        if (Peek() != '"')
        {
            throw Fault(JsonFault.Syntax);
        }
        bool escaped = ReadString();
        var key = new Member(keyOffset, position, escaped, outputStart, OutputPosition);
        if (limits.RejectPrototypeKey && key.KeyEnd - key.Start == 11 && Text(key).SequenceEqual("__proto__"u8))
        {
            throw new JsonFormatException(JsonFault.PrototypeKey, keyOffset);
        }
        ref OpenContainer container = ref open.Last;
        if (members.Count > container.FirstMember && container.InOrder)
        {
            int comparison = CompareKeys(members.Last, key);
            if (comparison == 0)
            {
                throw new JsonFormatException(JsonFault.DuplicateKey, keyOffset);
            }
            container.InOrder = comparison < 0;
        }
        members.Add(key);
        SkipWhiteSpace();
        if (Peek() != ':')
        {
            throw Fault(JsonFault.Syntax);
        }
        position++;
        SkipWhiteSpace();
    }

    private int CompareKeys(in Member left, in Member right) => left.Escaped || right.Escaped
        ? JsonText.Compare(Text(left), Text(right))
        : RawKey(left).SequenceCompareTo(RawKey(right));

    private readonly ReadOnlySpan<byte> RawKey(in Member member) =>
        input[(member.InputStart + 1)..(member.InputKeyEnd - 1)];

    /// <summary>A key's canonical text without its quotes.</summary>
    private ReadOnlySpan<byte> Text(in Member member)
    {
        if (!member.Escaped)
        {
            return RawKey(member);
        }
        Flush(position);
        return buffer.AsSpan((member.Start + 1)..(member.KeyEnd - 1));
    }

    private readonly byte Peek() => position < input.Length ? input[position] : throw Fault(JsonFault.Syntax);

    private readonly int FirstInvalidByte()
    {
        int at = 0;
        while (Rune.DecodeFromUtf8(input[at..], out _, out int consumed) == OperationStatus.Done)
        {
            at += consumed;
        }
        return at;
    }

    private readonly JsonFormatException Fault(JsonFault fault) => new(fault, position);

    private struct OpenContainer(bool isObject, int start, int firstMember)
    {
        public readonly bool IsObject = isObject;
        public readonly int Start = start;
        public readonly int FirstMember = firstMember;
        public bool InOrder = true;
    }
}
