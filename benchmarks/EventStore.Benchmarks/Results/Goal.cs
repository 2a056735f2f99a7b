using System.Globalization;

namespace EventStore.Benchmarks.Results;

/// <summary>What a comparison has to reach.</summary>
internal sealed record Goal
{
    private readonly Func<double, double, bool> _isMet;

    private Goal(string text, Func<double, double, bool> isMet)
    {
        Text = text;
        _isMet = isMet;
    }

    public string Text { get; }

    /// <summary>Ours is at most so many times the peer's.</summary>
    public static Goal AtMost(double ratio) => new(
        string.Create(CultureInfo.InvariantCulture, $"≤ {ratio} ×"), (ours, peer) => ours <= ratio * peer);

    /// <summary>Ours is at least so many times the peer's.</summary>
    public static Goal AtLeast(double ratio) => new(
        string.Create(CultureInfo.InvariantCulture, $"≥ {ratio} ×"), (ours, peer) => ours >= ratio * peer);

    /// <summary>Ours takes at most the so-manieth part of the peer's time.</summary>
    public static Goal FasterBy(double times) => new(
        string.Create(CultureInfo.InvariantCulture, $"≥ {times} × faster"), (ours, peer) => ours * times <= peer);

    /// <summary>Ours itself stays under a limit.</summary>
    public static Goal Under(double limit, Unit unit) => new(
        "≤ " + Figure.Of(limit, unit), (ours, _) => ours <= limit);

    /// <summary>It comes to its end at all.</summary>
    public static Goal Done(string text, bool isDone) => new(text, (_, _) => isDone);

    public bool IsMet(double ours, double peer) => _isMet(ours, peer);
}
