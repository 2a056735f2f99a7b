import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {Readable} from 'node:stream'
import {test} from 'node:test'
import {askPeer, Comparison} from '../groq-peer.mjs'
import {createQueries, createRandom, movieSchema, schemaOf} from '../random-queries.mjs'
import {baseUrl, token, useDataset} from './support.mjs'
import {findWorkload, firstLines, importTransactions, openLines} from './workloads.mjs'

// Random queries at the head and at five instants, against groq-js on the export of the same instant. LONG=1 takes the
// workloads whole, at instants of their checkpoints, and asks 2,000 queries in all. SEED changes what is asked.
const long = Boolean(process.env.LONG)
const seed = Number(process.env.SEED ?? 20261121)
const params = {n: 3, s: 'MIT', b: true, ids: ['nowhere', 'movie_10681', 3, null]}
const INSTANTS = 5

const samples = [
  {name: 'bcd', transactions: 150, queries: long ? 660 : 30},
  {name: 'scoop-main', transactions: 600, queries: long ? 660 : 60},
]

for (const {name, transactions, queries} of samples) {
  const {path, skip} = findWorkload(`${name}.ndjson.zst`)

  test(`queries of ${name}, now and then, give what groq-js gives`, {skip}, async () => {
    const {dataset} = await useDataset(name)
    let places
    if (long) {
      await importTransactions(dataset, Readable.toWeb(openLines(path)))
      places = readFileSync(findWorkload(`${name}.checkpoints.ndjson`).path, 'utf8').trim().split('\n')
    } else {
      places = await firstLines(path, transactions)
      await importTransactions(dataset, places.join('\n'))
    }
    const instants = spread(places.map((line) => JSON.parse(line).timestamp))
    await compare(name, dataset, instants, queries, (documents, random) =>
      schemaOf(documents, random, {subqueries: documents.length < 300}),
    )
  })
}

const movies = findWorkload('sanity/moviedb.ndjson')

test('queries of movies under edit, now and then, give what groq-js gives', {skip: movies.skip}, async () => {
  const {dataset} = await useDataset('movies')
  const random = createRandom(seed)
  // References become weak, so that documents may come and go in any order.
  const weaken = (name, value) => (value?._ref ? {...value, _weak: true} : value)
  const documents = readFileSync(movies.path, 'utf8').trim().split('\n').map((line) => JSON.parse(line, weaken))
  const instants = []
  for (let round = 0; round <= INSTANTS; round++) {
    for (let i = 0; i < documents.length; i += 20) {
      instants.push(await mutate(dataset, documents.slice(i, i + 20).flatMap((document) => edit(document, round, random))))
    }
  }
  await compare('movies', dataset, spread(instants), long ? 680 : 60, () => movieSchema)
})

/** What is done to a document in a round: written at first, then changed, deleted or left alone. */
function edit(document, round, random) {
  if (round === 0) {
    return random.chance(0.7) ? [{createOrReplace: document}] : []
  }
  const patch = random.pick([
    {set: {popularity: random.int(100) / 4}},
    {set: {title: random.pick(movieSchema.strings), 'slug.current': `s${random.int(9)}`}},
    {unset: ['releaseDate', 'name']},
    {inc: {externalId: 1}},
  ])
  const {_id: id} = document
  return random.pick([
    () => [],
    () => [{createOrReplace: {...document, popularity: random.int(10)}}],
    () => [{createIfNotExists: document}, {patch: {id, ...patch}}],
    () => [{delete: {id}}],
  ])()
}

async function compare(name, dataset, instants, count, describe) {
  const comparison = new Comparison()
  const random = createRandom(seed + 1)
  const moments = [undefined, ...instants]
  let found = 0
  for (const [i, time] of moments.entries()) {
    const documents = await readExport(dataset, time)
    assert.ok(documents.length > 0)
    const make = createQueries(random, describe(documents, random))
    const share = Math.ceil((count * (i + 1)) / moments.length) - Math.ceil((count * i) / moments.length)
    for (let asked = 0; asked < share; asked++) {
      const query = make()
      const ours = await ask(dataset, query, time)
      comparison.add(query, ours, await askPeer(documents, query, params), time ?? 'head')
      found += ours.result && ours.result.length !== 0 ? 1 : 0
    }
  }
  console.log(`${name}, ${count} queries at ${moments.length} instants, seed ${seed}: ${comparison}`)
  assert.equal(comparison.unexplained.length, 0, String(comparison))
  // Queries that nobody can parse, or that find nothing, would compare little.
  assert.ok(comparison.equal - comparison.refused > count * 0.8, String(comparison))
  assert.ok(found > count * 0.3, `${found} of ${count} found something`)
}

const headers = {authorization: `Bearer ${token}`}

/** Commits, and says when that was. */
async function mutate(dataset, mutations) {
  if (mutations.length > 0) {
    const response = await fetch(`${baseUrl}/v1/data/mutate/${dataset}`, {
      method: 'POST',
      headers: {...headers, 'content-type': 'application/json'},
      body: JSON.stringify({mutations}),
    })
    assert.equal(response.status, 200, await response.text())
  }
  return new Date().toISOString()
}

async function readExport(dataset, time) {
  const response = await fetch(`${baseUrl}/v1/data/export/${dataset}?${new URLSearchParams(time ? {time} : {})}`, {headers})
  const text = await response.text()
  assert.equal(response.status, 200, text.slice(0, 500))
  return text.split('\n').filter(Boolean).map((line) => JSON.parse(line))
}

async function ask(dataset, query, time) {
  const parameters = new URLSearchParams({perspective: 'raw', ...(time && {time})})
  const response = await fetch(`${baseUrl}/v2025-02-19/data/query/${dataset}?${parameters}`, {
    method: 'POST',
    headers: {...headers, 'content-type': 'application/json'},
    body: JSON.stringify({query, params}),
  })
  const answer = await response.json()
  assert.ok(response.status === 200 || response.status === 400, `${response.status} ${JSON.stringify(answer)}: ${query}`)
  return response.status === 200 ? {result: answer.result} : {error: answer.error.description}
}

/** Some moments out of many, the last one not among them: that is the head. */
function spread(moments) {
  return Array.from({length: INSTANTS}, (_, i) => moments[Math.floor(((i + 0.5) * moments.length) / (INSTANTS + 0.5))])
}
