// GROQ queries and documents, made up from a seed: the same seed gives the same ones.

/** A small generator of random numbers with a state of 32 bits. */
export function createRandom(seed) {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const int = (below) => Math.floor(next() * below)
  const pick = (items) => items[int(items.length)]
  return {next, int, pick, chance: (odds) => next() < odds}
}

const WORDS = ['red', 'Green', 'blue sky', 'A.B', 'x-ray', 'naïve', '', 'zoo', 'fish and chips', '10', 'wall·e', '😀 ok']

/** Documents of three types that refer to each other; attributes are often missing or of an unexpected type. */
export function makeDocuments(random, count) {
  const ids = Array.from({length: count}, (_, i) => (random.chance(0.1) ? `drafts.d${i}` : `d${i}`))
  const reference = () => ({_type: 'reference', _ref: random.chance(0.1) ? 'nowhere' : random.pick(ids)})
  const scalar = () =>
    random.pick([null, true, false, random.int(10), random.int(100) / 8, -random.int(5), random.pick(WORDS)])
  const time = () => new Date(Date.UTC(2020, random.int(12), 1 + random.int(28), random.int(24))).toISOString()
  const maybe = (object, name, value) => random.chance(0.8) && (object[name] = value())
  return ids.map((_id) => {
    const document = {_id, _type: random.pick(['post', 'author', 'tag']), _createdAt: time().replace('.000', '')}
    maybe(document, 'title', () => (random.chance(0.9) ? random.pick(WORDS) : scalar()))
    maybe(document, 'n', () => (random.chance(0.9) ? random.int(20) : scalar()))
    maybe(document, 'flag', () => (random.chance(0.9) ? random.chance(0.5) : scalar()))
    maybe(document, 'author', () => (random.chance(0.9) ? reference() : scalar()))
    maybe(document, 'tags', () => Array.from({length: random.int(4)}, () => random.pick(WORDS)))
    maybe(document, 'mixed', () => Array.from({length: random.int(5)}, scalar))
    maybe(document, 'related', () => Array.from({length: random.int(3)}, reference))
    maybe(document, 'items', () =>
      Array.from({length: random.int(4)}, (_, i) => ({_key: `k${i}`, n: random.int(5), s: random.pick(WORDS), to: reference()})),
    )
    maybe(document, 'deep', () => ({a: {b: scalar(), list: [random.int(3), random.int(3)]}, n: random.int(5)}))
    maybe(document, 'at', () => (random.chance(0.9) ? time() : scalar()))
    maybe(document, 'body', () => [
      {_type: 'block', _key: 'b', children: [{_type: 'span', text: random.pick(WORDS)}, {_type: 'span', text: '!'}]},
    ])
    return document
  })
}

export const madeSchema = {
  types: ['post', 'author', 'tag', 'none'],
  ids: ['d0', 'd1', 'd5', 'drafts.d3', 'nowhere'],
  scalars: ['title', 'n', 'flag', '_id', '_type', '_createdAt', 'at', 'deep.n', 'deep.a.b', 'missing'],
  lists: ['tags', 'mixed', 'deep.a.list'],
  objectLists: ['items'],
  objects: ['deep', 'deep.a'],
  inside: ['n', 's', '_key'],
  references: ['author'],
  referenceLists: ['related'],
  text: ['body'],
  strings: WORDS,
}

export const movieSchema = {
  types: ['movie', 'person', 'screening', 'genre', 'none'],
  ids: ['movie_10681', 'person_1', 'screening', 'nowhere'],
  scalars: ['title', 'name', 'popularity', '_id', '_type', 'releaseDate', 'slug.current', 'published', 'beginAt', 'externalId'],
  lists: [],
  objectLists: ['castMembers', 'crewMembers'],
  objects: ['slug', 'poster', 'location', 'image'],
  inside: ['characterName', 'job', 'department', 'externalCreditID', '_key', '_type'],
  references: ['movie', 'movie', 'poster.asset'],
  referenceLists: ['genres'],
  text: ['overview'],
  strings: ['Alien', 'WALL·E', 'Sigourney Weaver', 'movie', '2018-06-13', 'a', 'M'],
}

/** A schema of documents nobody has described: what some of them look like, as far as names can be written plainly. */
export function schemaOf(documents, random, options = {}) {
  const lists = {scalars: [], lists: [], objectLists: [], objects: [], inside: [], references: [], referenceLists: [], text: []}
  const strings = new Set()
  const add = (list, name) => lists[list].includes(name) || lists[list].push(name)
  const walk = (value, path, depth) => {
    if (Array.isArray(value)) {
      const first = value.find((item) => item !== null)
      if (first?._type === 'block') {
        add('text', path)
      } else if (first?._ref) {
        add('referenceLists', path)
      } else if (first && typeof first === 'object' && !Array.isArray(first)) {
        add('objectLists', path)
        Object.keys(first).filter(isPlain).forEach((name) => add('inside', name))
      } else {
        add('lists', path)
      }
    } else if (value && typeof value === 'object') {
      if (path) {
        add(value._ref ? 'references' : 'objects', path)
      }
      if (depth < 6) {
        Object.keys(value).filter(isPlain).forEach((name) => walk(value[name], path ? `${path}.${name}` : name, depth + 1))
      }
    } else {
      add('scalars', path)
      if (typeof value === 'string' && value.length < 40) {
        strings.add(value)
      }
    }
  }
  const sample = Array.from({length: 30}, () => random.pick(documents))
  sample.forEach((document) => walk(document, '', 0))
  const usual = ['_id', '_type', '_createdAt', '_updatedAt']
  return {
    ...Object.fromEntries(Object.entries(lists).map(([name, paths]) => [name, paths.length > 0 ? paths : ['missing']])),
    scalars: [...lists.scalars, ...usual, ...usual],
    types: [...new Set(sample.map((document) => document._type)), 'none'],
    ids: [...sample.slice(0, 5).map((document) => document._id), 'nowhere'],
    strings: [...strings].slice(0, 50),
    ...options,
  }
}

// What GROQ lets one write after a dot; a word of the language is better left alone.
const isPlain = (name) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !['true', 'false', 'null', 'in', 'match', 'asc', 'desc'].includes(name)

/** Queries over documents of a schema; without subqueries if it says so, since the peer takes the square of time. */
export function createQueries(random, schema) {
  const {pick, int, chance} = random
  const nested = schema.subqueries ?? true
  const quote = (text) => JSON.stringify(text)
  const number = () => pick([String(int(10)), String(int(40) / 8), `-${int(5)}`, '0'])
  const literal = () => pick([number, () => quote(pick(schema.strings)), () => pick(['true', 'false', 'null'])])()
  const any = (...names) => pick(names.flatMap((name) => schema[name]).concat('missing'))

  const value = (depth) => {
    const simple = [
      () => any('scalars'),
      () => any('scalars', 'lists', 'objects'),
      literal,
      () => `${any('lists', 'objectLists')}[${int(4) - 1}]`,
      () => `${any('objectLists')}[${int(3)}].${pick(schema.inside)}`,
      () => `${any('references')}->${pick(['', '_id', 'title', 'name', 'author->title'])}`,
      () => pick(['@._id', '^._id', '@', '^.^._type']),
      () => `$${pick(['n', 's', 'b', 'ids'])}`,
    ]
    if (depth <= 0) {
      return pick(simple)()
    }
    const inner = () => value(depth - 1)
    return pick([
      ...simple,
      () => `${inner()} ${pick(['+', '-', '*', '/', '%', '**'])} ${number()}`,
      () => `(${inner()} + ${inner()})`,
      () => `coalesce(${inner()}, ${inner()})`,
      () => `select(${condition(depth - 1)} => ${inner()}, ${inner()})`,
      () => `count(${list(depth - 1)})`,
      () => `length(${inner()})`,
      () => `${pick(['lower', 'upper', 'string'])}(${inner()})`,
      () => `round(${inner()}, ${int(3)})`,
      () => `string::split(${inner()}, ${quote(pick([' ', '.', '', 'e']))})`,
      () => `string::startsWith(${inner()}, ${quote(pick(['a', 'r', 'A', 'd']))})`,
      () => `array::${pick(['compact', 'unique'])}(${list(depth - 1)})`,
      () => `array::join(${list(depth - 1)}, ", ")`,
      () => `array::intersects(${list(depth - 1)}, ${list(depth - 1)})`,
      () => `math::${pick(['sum', 'avg', 'min', 'max'])}(${list(depth - 1)})`,
      () => `pt::text(${any('text')})`,
      () => `dateTime(${any('scalars')})`,
      () => `dateTime(${any('scalars')}) + ${int(5000)}`,
      () => condition(depth - 1),
    ])()
  }

  const list = (depth) =>
    pick([
      () => any('lists', 'objectLists', 'referenceLists'),
      () => `${any('objectLists')}[].${pick(schema.inside)}`,
      () => `${any('objectLists')}[${condition(0)}].${pick(schema.inside)}`,
      () => `${any('lists')}[${int(3) - 1}${pick(['..', '...'])}${int(4) - 1}]`,
      () => `${any('referenceLists')}[]->${pick(['_id', 'title', 'tags', 'tags[]', '{_id}'])}`,
      () => `[${literal()}, ${literal()}, ...${any('lists')}]`,
      () => (depth > 0 && nested ? `*[_type == ${quote(pick(schema.types))}]._id` : '[1, "a"]'),
    ])()

  const condition = (depth) => {
    const simple = [
      () => `_type == ${quote(pick(schema.types))}`,
      () => `${any('scalars')} ${pick(['==', '!=', '<', '<=', '>', '>='])} ${literal()}`,
      () => `${literal()} ${pick(['==', '!=', '<', '>='])} ${any('scalars')}`,
      () => `defined(${any('scalars', 'lists', 'references')})`,
      () => `references(${quote(pick(schema.ids))})`,
      () => `_id in [${quote(pick(schema.ids))}, ${quote(pick(schema.ids))}]`,
      () => `${any('scalars')} in $ids`,
      () => `_id in path(${quote(pick(['drafts.**', '*', '**', 'd*', 'drafts.*']))})`,
      () => `${any('scalars')} in ${int(5)}${pick(['..', '...'])}${int(20)}`,
      () => `${quote(pick(schema.strings))} in ${any('lists')}`,
      () => `${any('scalars', 'lists')} match ${quote(pick(['a*', '*e*', 'blue', 'FISH', 'x-ray', '*', 'a.b', 'ok']))}`,
      () => any('scalars'),
    ]
    if (depth <= 0) {
      return pick(simple)()
    }
    return pick([
      ...simple,
      () => `${condition(depth - 1)} && ${condition(depth - 1)}`,
      () => `(${condition(depth - 1)} || ${condition(depth - 1)})`,
      () => `!(${condition(depth - 1)})`,
      () => `!${any('scalars')}`,
      () => `${value(depth - 1)} == ${value(depth - 1)}`,
      () => `${value(depth - 1)} in ${list(depth - 1)}`,
      ...(nested ? [() => `count(*[${condition(0)} && ${any('scalars')} == ^.${any('scalars')}]) > ${int(3)}`] : []),
    ])()
  }

  const entries = (depth) => {
    const make = () =>
      pick([
        () => any('scalars').split('.')[0],
        () => `"${pick(['x', 'y', '_id', 'title'])}": ${value(depth)}`,
        () => `"${pick(['x', 'z'])}": ${list(depth)}`,
        () => '...',
        () => `...${any('objects')}`,
        () => `${condition(0)} => {"c": ${value(0)}}`,
        () => `${any('objectLists').split('.')[0]}[]{${pick(schema.inside)}, "up": ^._id}`,
        ...(nested ? [() => `"sub": *[${condition(0)}] | order(_id)[0..2]{"i": _id, "o": ^.${any('scalars')}}`] : []),
        () => `"ref": ${any('references')}->{_id, "t": title}`,
      ])()
    return `{${Array.from({length: 1 + int(4)}, make).join(', ')}}`
  }

  const stage = () =>
    pick([
      () => `[${condition(2)}]`,
      () => `[${int(5) - 2}${pick(['..', '...'])}${int(12) - 3}]`,
      () => ` | order(${value(1)}${pick(['', ' asc', ' desc'])}, _id${pick(['', ' desc'])})`,
      () => ` | order(${any('scalars')}${pick(['', ' asc', ' desc'])})[0..${int(6)}]`,
      () => entries(2),
      () => ` | score(${condition(1)}, ${any('scalars')} match "a*")`,
    ])()

  const tail = () =>
    pick([
      () => '',
      () => '',
      () => entries(2),
      () => `.${any('scalars')}`,
      () => `[${int(4) - 1}]`,
      () => `[].${any('lists', 'objectLists')}[]`,
      () => `.${any('references')}->${pick(['title', '_id', '{_id}'])}`,
      () => `[0]${entries(1)}`,
      () => `.${any('objectLists')}[${condition(0)}].${pick(schema.inside)}`,
    ])()

  return () => {
    let query = `*[${condition(2)}]`
    for (let stages = int(3); stages > 0; stages--) {
      query += stage()
    }
    query += tail()
    return pick([
      () => query,
      () => query,
      () => query,
      () => `count(${query})`,
      () => `{"a": ${query}, "b": ${list(1)}}`,
      () => `(${query})[0..3]`,
      () => value(3),
    ])()
  }
}
