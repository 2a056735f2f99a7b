using System.Globalization;
using System.Text;

namespace EventStore.Benchmarks.Articles;

/// <summary>Text that is prose to a differ: a few thousand invented words, the first ones far more often.</summary>
internal sealed class Prose
{
    private const int VocabularySize = 3000;

    /// <summary>Of the draws of a word: the higher, the more of them fall on few words.</summary>
    private const double Skew = 3;

    private static readonly string[] Onsets =
    [
        "b", "br", "c", "ch", "d", "f", "g", "h", "k", "l", "m",
        "n", "p", "pr", "r", "s", "st", "t", "th", "tr", "v", "w",
    ];

    private static readonly string[] Vowels = ["a", "e", "e", "i", "o", "u", "ea", "ou", "é", "ø"];

    private static readonly string[] Codas = ["", "", "n", "r", "s", "t", "l", "nd", "ng", "st"];

    private readonly Random _random;
    private readonly string[] _vocabulary;

    public Prose(Random random)
    {
        _random = random;
        _vocabulary = new string[VocabularySize];
        for (var index = 0; index < _vocabulary.Length; index++)
        {
            // As in any language, the most frequent words are the short ones.
            var syllables = 1 + (index * 2 / VocabularySize) + random.Next(2);
            var word = new StringBuilder();
            for (var syllable = 0; syllable < syllables; syllable++)
            {
                word.Append(Pick(Onsets)).Append(Pick(Vowels)).Append(Pick(Codas));
            }

            _vocabulary[index] = word.ToString();
        }
    }

    public string Word() => _vocabulary[(int)(Math.Pow(_random.NextDouble(), Skew) * VocabularySize)];

    public string Words(int count) => string.Join(' ', Enumerable.Range(0, count).Select(_ => Word()));

    public string Title() => Capitalized(Words(_random.Next(4, 10)));

    public string Sentences(int count)
    {
        var text = new StringBuilder();
        for (var sentence = 0; sentence < count; sentence++)
        {
            if (sentence > 0)
            {
                text.Append(' ');
            }

            text.Append(Capitalized(Words(_random.Next(5, 12))));
            text.Append(_random.Next(4) switch
            {
                0 => ", ",
                1 => " — ",
                _ => " ",
            });
            text.Append(Words(_random.Next(2, 9)));
            text.Append(_random.Next(12) == 0 ? " “" + Words(3) + "”." : ".");
        }

        return text.ToString();
    }

    private static string Capitalized(string text) =>
        char.ToUpper(text[0], CultureInfo.InvariantCulture) + text[1..];

    private string Pick(string[] choices) => choices[_random.Next(choices.Length)];
}
