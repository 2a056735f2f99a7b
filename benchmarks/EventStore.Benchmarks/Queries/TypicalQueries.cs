namespace EventStore.Benchmarks.Queries;

/// <summary>What applications ask: one document, lists with order and slice, searches, joins, aggregates.</summary>
internal static class TypicalQueries
{
    /// <summary>Parameters of all of them, as JSON.</summary>
    public const string Parameters = """
        {"id":"article-0042","slug":"nothing-has-this-slug","ids":["article-0042","person-3","product-7","nobody"]}
        """;

    public static IReadOnlyList<string> All { get; } =
    [
        "*[_id == $id][0]",
        """*[_type == "article"] | order(publishedAt desc)[0...20]{title, "slug": slug.current, publishedAt}""",
        """count(*[_type == "article"])""",
        """*[_type == "article" && featured == true]{_id, title}""",
        """*[_type == "article" && slug.current == $slug][0]{title, body}""",
        """*[_type == "article" && author._ref == "person-3"]{title, "author": author->name}[0...50]""",
        """*[references("person-7")]._id""",
        """*[_type == "article"][0...100]{..., author->{name, email}}""",
        """*[_type == "person"] | order(name asc){_id, name}""",
        """*[_type == "article" && title match "edit*"][0...20]{title}""",
        """*[_type == "product" && price >= 10 && price < 20]{name, price}""",
        """math::sum(*[_type == "product"].price)""",
        """*[_type == "article" && readingMinutes > 9 && defined(seo)] | order(readingMinutes desc, _id)[0..9]{_id}""",
        """*[_type in ["person", "product"]]._id""",
        "*[_id in $ids]{_id, _type, title}",
        """*[_type == "article"][0...200]{_id, "length": length(pt::text(body))}""",
        """array::unique(*[_type == "article"].categories[]._ref)""",
        """*[_type == "person"][0...5]{name, "n": count(*[_type == "article" && author._ref == ^._id])}""",
        """*[!(_id in path("drafts.**"))] | order(_updatedAt desc)[0...50]{_id, _type, _updatedAt}""",
        """*[_type == "article"]{_id, "image": mainImage.asset._ref, "kind": select(featured => 1, 2)}""",
    ];
}
