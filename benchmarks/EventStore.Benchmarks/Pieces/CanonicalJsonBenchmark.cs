using System.Buffers;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using EventStore.Benchmarks.Articles;
using EventStore.Mendoza;

namespace EventStore.Benchmarks.Pieces;

/// <summary>Making JSON canonical: documents as clients send them, and such as are canonical already.</summary>
public class CanonicalJsonBenchmark
{
    public const string AsSubmitted = "submitted";
    public const string AlreadyCanonical = "canonical";

    private readonly ArrayBufferWriter<byte> _output = new();
    private byte[][] _texts = [];

    [Params(AsSubmitted, AlreadyCanonical)]
    public string Input { get; set; } = AsSubmitted;

    [GlobalSetup]
    public void Prepare()
    {
        var corpus = ArticleCorpus.Instance;
        var articles = Input == AsSubmitted ? corpus.Submitted : corpus.Canonical;
        _texts = [.. articles.SelectMany(article => article)];
        foreach (var (text, expected) in _texts.Zip(corpus.Canonical.SelectMany(article => article)))
        {
            if (!CanonicalJson.Canonicalize(text, JsonLimits.Default).AsSpan().SequenceEqual(expected))
            {
                throw new InvalidOperationException("A document's canonical form is not its own canonical form.");
            }
        }
    }

    [Benchmark(
        Baseline = true,
        OperationsPerInvoke = ArticleCorpus.Documents,
        Description = "Utf8JsonReader, all tokens, nothing kept")]
    public int Read()
    {
        var tokens = 0;
        foreach (var text in _texts)
        {
            var reader = new Utf8JsonReader(text);
            while (reader.Read())
            {
                tokens++;
            }
        }

        return tokens;
    }

    [Benchmark(OperationsPerInvoke = ArticleCorpus.Documents, Description = "JsonDocument.Parse")]
    public int Parse()
    {
        var values = 0;
        foreach (var text in _texts)
        {
            using var document = JsonDocument.Parse(text);
            values += (int)document.RootElement.ValueKind;
        }

        return values;
    }

    [Benchmark(OperationsPerInvoke = ArticleCorpus.Documents, Description = "CanonicalJson, to a new array")]
    public int CanonicalizeToArray()
    {
        var length = 0;
        foreach (var text in _texts)
        {
            length += CanonicalJson.Canonicalize(text, JsonLimits.Default).Length;
        }

        return length;
    }

    [Benchmark(OperationsPerInvoke = ArticleCorpus.Documents, Description = "CanonicalJson, to a reused buffer")]
    public int CanonicalizeToBuffer()
    {
        var length = 0;
        foreach (var text in _texts)
        {
            _output.ResetWrittenCount();
            CanonicalJson.Canonicalize(text, _output, JsonLimits.Default);
            length += _output.WrittenCount;
        }

        return length;
    }
}
