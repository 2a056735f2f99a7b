using System.Buffers;
using System.Text;

namespace EventStore.Mendoza.Tests;

public sealed class PatchErrorTests
{
    [Theory]
    [InlineData("{}", "{}", MendozaErrorCode.MalformedPatch, -1)]
    [InlineData("{}", "[0,", MendozaErrorCode.MalformedPatch, -1)]
    [InlineData("{}", "[0,{\"a\":1,\"a\":2}]", MendozaErrorCode.MalformedPatch, -1)]
    [InlineData("{}", "[0,\"\\ud800\"]", MendozaErrorCode.MalformedPatch, -1)]
    [InlineData("{", "[19,0]", MendozaErrorCode.MalformedDocument, -1)]
    [InlineData("{ }", "[19,0]", MendozaErrorCode.MalformedDocument, -1)]
    [InlineData("[1,[2]", "[2,21,0,2]", MendozaErrorCode.MalformedDocument, -1)]
    [InlineData("{\"a\" 1}", "[10,0,15]", MendozaErrorCode.MalformedDocument, -1)]
    [InlineData("", "[]", MendozaErrorCode.MalformedDocument, -1)]
    [InlineData("{}", "[17,1,\"k\",24]", MendozaErrorCode.UnknownOperation, 3)]
    [InlineData("{}", "[17,1,\"k\",0.5]", MendozaErrorCode.UnknownOperation, 3)]
    [InlineData("{}", "[1e300]", MendozaErrorCode.UnknownOperation, 0)]
    [InlineData("{}", "[17,1]", MendozaErrorCode.Truncated, 0)]
    [InlineData("{}", "[17,1,2]", MendozaErrorCode.WrongParameter, 0)]
    [InlineData("[1]", "[2,21,0,-1]", MendozaErrorCode.WrongParameter, 1)]
    [InlineData("[1]", "[2,21,0,99999999999]", MendozaErrorCode.OutOfRange, 1)]
    [InlineData("{}", "[10,0]", MendozaErrorCode.OutOfRange, 0)]
    [InlineData("{}", "[17,1,\"k\",20,1]", MendozaErrorCode.WrongType, 3)]
    [InlineData("{}", "[9,9]", MendozaErrorCode.StackUnderflow, 1)]
    [InlineData("{}", "[0,1,5]", MendozaErrorCode.NoKey, 2)]
    [InlineData("[[1]]", "[2,7,0,0,1,5]", MendozaErrorCode.NoKey, 5)]
    [InlineData("\"å\"", "[2,23,0,1]", MendozaErrorCode.SplitCodePoint, 1)]
    public void Each_failure_is_typed_and_placed(string left, string patch, MendozaErrorCode code, int position)
    {
        var output = new ArrayBufferWriter<byte>();
        byte[] document = Encoding.UTF8.GetBytes(left);
        byte[] program = Encoding.UTF8.GetBytes(patch);
        MendozaPatch.TryApply(document, program, output, out MendozaError error).ShouldBeFalse();
        (error.Code, error.Position).ShouldBe((code, position));
        error.Message.ShouldNotBeEmpty();
        output.WrittenCount.ShouldBe(0);
        Should.Throw<MendozaException>(() => MendozaPatch.Apply(document, program)).Error.ShouldBe(error);
    }

    [Theory]
    [InlineData("[]", true)]
    [InlineData(" [ 1.0 , 19 , 2e0 ] ", true)]
    [InlineData("[0,{\"a\":[1,\"]\"]},17,1,\"k\",21,0,1,22,\"x\",23,0,1]", true)]
    [InlineData("[17,1]", false)]
    [InlineData("[99]", false)]
    [InlineData("[22,1]", false)]
    [InlineData("null", false)]
    [InlineData("", false)]
    public void Validation_decodes_without_a_document(string patch, bool valid)
    {
        MendozaPatch.TryValidate(Encoding.UTF8.GetBytes(patch), out MendozaError error).ShouldBe(valid);
        (error.Code == MendozaErrorCode.None).ShouldBe(valid);
    }

    [Theory]
    [InlineData("[0,null]", true)]
    [InlineData("[0,{\"a\":[1,\"]\\\"\"]}]", true)]
    [InlineData(" [ 0 , 1 ] ", true)]
    [InlineData("[]", false)]
    [InlineData("[0]", false)]
    [InlineData("[0,", false)]
    [InlineData("[0,1,2]", false)]
    [InlineData("[0,\"x", false)]
    [InlineData("[17,1,\"k\"]", false)]
    [InlineData("", false)]
    public void A_full_value_is_recognised(string patch, bool full) =>
        MendozaPatch.IsFullValue(Encoding.UTF8.GetBytes(patch)).ShouldBe(full);

    [Fact]
    public void Growth_ends_at_the_limit_without_being_built()
    {
        byte[] left = Encoding.UTF8.GetBytes("[\"" + new string('x', 1_000_000) + "\"]");
        string patch = "[2" + string.Concat(Enumerable.Repeat(",21,0,1", 10_000)) + "]";
        var output = new ArrayBufferWriter<byte>();
        MendozaPatch.TryApply(left, Encoding.UTF8.GetBytes(patch), output, out MendozaError error).ShouldBeFalse();
        error.Code.ShouldBe(MendozaErrorCode.ResultTooLarge);
    }

    [Fact]
    public void Nesting_ends_at_the_limit()
    {
        Code(Nest(MendozaLimits.MaxDepth)).ShouldBe(MendozaErrorCode.None);
        Code(Nest(MendozaLimits.MaxDepth + 1)).ShouldBe(MendozaErrorCode.ResultTooDeep);
        Code(Nest(100_000)).ShouldBe(MendozaErrorCode.ResultTooDeep);

        static string Nest(int depth) => "[" + string.Join(',', Enumerable.Repeat("2", depth)) + ",20,1"
            + string.Concat(Enumerable.Repeat(",3", depth - 1)) + "]";

        static MendozaErrorCode Code(string patch)
        {
            var output = new ArrayBufferWriter<byte>();
            MendozaPatch.TryApply("{}"u8, Encoding.UTF8.GetBytes(patch), output, out MendozaError error);
            return error.Code;
        }
    }

    [Fact]
    public void Many_operations_on_large_values_cost_little_each()
    {
        string fields = string.Join(',', Enumerable.Range(0, 100_000).Select(i => $"\"{i:d6}\":1"));
        string escapes = string.Concat(Enumerable.Repeat("\\n", 200_000));
        byte[] left = Encoding.UTF8.GetBytes("{\"o\":{" + fields + "},\"s\":\"" + escapes + "\"}");
        string edits = string.Concat(Enumerable.Repeat(",10,0,17,1,\"x\",19,50000,14,\"z\"", 5_000));
        string slices = string.Concat(Enumerable.Repeat(",23,150000,150001", 5_000));
        byte[] result = MendozaPatch.Apply(left, Encoding.UTF8.GetBytes("[19,0" + edits + ",11,1" + slices + ",15]"));
        string written = Encoding.UTF8.GetString(result);
        written.ShouldStartWith("{\"s\":\"\\n");
        written.ShouldEndWith(",\"099999\":1,\"x\":1}}");
        written.Length.ShouldBe(6 + 10_000 + 2 + 4 + fields.Length - 11 + 6 + 3);
    }
}
