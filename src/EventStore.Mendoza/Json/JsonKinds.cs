namespace EventStore.Mendoza.Json;

internal static class JsonKinds
{
    private static readonly byte[] Kinds = MakeKinds();

    /// <summary>The kind of the value that starts with a byte: looked up, as a branch on it would be a guess.</summary>
    public static JsonKind Of(byte first) => (JsonKind)Kinds[first];

    private static byte[] MakeKinds()
    {
        var kinds = new byte[256];
        Array.Fill(kinds, (byte)JsonKind.Number);
        kinds['{'] = (byte)JsonKind.Object;
        kinds['['] = (byte)JsonKind.Array;
        kinds['"'] = (byte)JsonKind.String;
        kinds['n'] = (byte)JsonKind.Null;
        kinds['t'] = (byte)JsonKind.True;
        kinds['f'] = (byte)JsonKind.False;
        return kinds;
    }
}
