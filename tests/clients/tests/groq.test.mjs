import assert from 'node:assert/strict'
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {existsSync, readFileSync} from 'node:fs'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {test} from 'node:test'
import {fileURLToPath} from 'node:url'
import {askPeer, Comparison} from '../groq-peer.mjs'
import {createQueries, createRandom, madeSchema, makeDocuments, movieSchema} from '../random-queries.mjs'
import {findProgram} from '../server.mjs'

// Random queries, ours against groq-js on the same documents. SEED and QUERIES change what is asked. The peer takes
// 50 ms a query on average, so there are not many by default.
const seed = Number(process.env.SEED ?? 20261121)
const root = join(dirname(fileURLToPath(import.meta.url)), '../../..')
const movies = join(process.env.EVENTSTORE_SHARED ?? join(root, '../shared'), 'workloads/sanity/moviedb.ndjson')
const params = {n: 3, s: 'red', b: true, ids: ['d1', 'd2', 'red', 3, null]}

/** Ours, through the offline `query` verb: one answer for each query. */
async function ours(documents, queries) {
  const folder = await mkdtemp(join(tmpdir(), 'eventstore-groq-'))
  try {
    const file = join(folder, 'documents.ndjson')
    await writeFile(file, documents.map((document) => JSON.stringify(document) + '\n').join(''))
    const run = spawn('dotnet', [findProgram(), 'query', '--file', file, '--batch'], {stdio: ['pipe', 'pipe', 'inherit']})
    run.stdin.end(queries.map((query) => JSON.stringify({query, params}) + '\n').join(''))
    const chunks = []
    run.stdout.on('data', (chunk) => chunks.push(chunk))
    await once(run, 'close')
    const lines = Buffer.concat(chunks).toString('utf8').split('\n').slice(0, -1)
    assert.equal(lines.length, queries.length)
    return lines.map((line) => JSON.parse(line))
  } finally {
    await rm(folder, {recursive: true, force: true})
  }
}

async function compare(documents, schema, name, usual) {
  const count = Number(process.env.QUERIES ?? usual)
  const sorted = documents.toSorted((a, b) => (a._id < b._id ? -1 : 1))
  const make = createQueries(createRandom(seed), schema)
  const queries = Array.from({length: count}, make)
  const answers = await ours(sorted, queries)
  const comparison = new Comparison()
  for (const [i, query] of queries.entries()) {
    comparison.add(query, answers[i], await askPeer(sorted, query, params))
  }
  console.log(`${name}, ${count} queries, seed ${seed}: ${comparison}`)
  assert.equal(comparison.unexplained.length, 0, String(comparison))
  // Queries that nobody can parse, or that find nothing, would compare little.
  assert.ok(comparison.equal - comparison.refused > count * 0.8)
}

test('random queries over random documents give what groq-js gives', async () => {
  await compare(makeDocuments(createRandom(seed + 1), 40), madeSchema, 'made up', 400)
})

test('random queries over the movies give what groq-js gives', {skip: !existsSync(movies)}, async () => {
  const documents = readFileSync(movies, 'utf8').trim().split('\n').map((line) => JSON.parse(line))
  await compare(documents, movieSchema, 'movies', 100)
})
