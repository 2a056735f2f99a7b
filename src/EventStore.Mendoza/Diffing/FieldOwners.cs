namespace EventStore.Mendoza.Diffing;

/// <summary>
/// Which members of an array or object have a field, by the hash of its key and value: so the member most like a new
/// object is found without comparing it with each. The first two owners of a field are kept.
/// </summary>
internal sealed class FieldOwners
{
    private readonly Dictionary<ulong, (int First, int Second)> owners = [];

    public void Add(int member, ulong field)
    {
        if (!owners.TryAdd(field, (member, -1)))
        {
            (int first, int second) = owners[field];
            if (second < 0 && first != member)
            {
                owners[field] = (first, member);
            }
        }
    }

    public (int First, int Second) Of(ulong field) =>
        owners.TryGetValue(field, out (int First, int Second) found) ? found : (-1, -1);
}
