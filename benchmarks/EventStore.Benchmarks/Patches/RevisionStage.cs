using EventStore.Benchmarks.Peers;

namespace EventStore.Benchmarks.Patches;

/// <summary>A set of revisions with both sides ready to work on it.</summary>
/// <param name="Set">The revisions.</param>
/// <param name="Ours">Our side.</param>
/// <param name="Node">The npm side, which has opened the files of the set; null when it is absent.</param>
internal sealed record RevisionStage(RevisionSet Set, OurPatches Ours, NodePeer? Node)
{
    private bool _checked;

    /// <summary>Whether it is the set that most goals are about.</summary>
    public bool IsArticles => Set.Name == "articles";

    /// <summary>Whether it is an edit history, which is there for orientation.</summary>
    public bool IsHistory => !IsArticles && HasChains;

    /// <summary>Whether its chains are longer than one patch.</summary>
    public bool HasChains => Set.Name != "vectors";

    /// <summary>Both sides apply every patch and compare the result; done once.</summary>
    public async Task CheckAsync()
    {
        if (_checked)
        {
            return;
        }

        Ours.Check();
        if (Node is not null)
        {
            await Node.CheckAsync(Set, 0, Set.Chains.Count);
        }

        _checked = true;
    }
}
