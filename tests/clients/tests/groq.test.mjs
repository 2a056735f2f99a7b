import assert from 'node:assert/strict'
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {existsSync, readFileSync} from 'node:fs'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {test} from 'node:test'
import {fileURLToPath} from 'node:url'
import {isDeepStrictEqual} from 'node:util'
import {evaluate, parse} from 'groq-js'
import {explain} from '../groq-differences.mjs'
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

async function theirs(dataset, query) {
  let tree
  try {
    tree = parse(query, {params})
  } catch (error) {
    return {error: `parse: ${error.message}`}
  }
  try {
    const value = await evaluate(tree, {dataset, params})
    const result = await value.get()
    return {result: result === undefined ? null : JSON.parse(JSON.stringify(result))}
  } catch (error) {
    return {error: `evaluate: ${error.message}`}
  }
}

async function compare(documents, schema, name, usual) {
  const count = Number(process.env.QUERIES ?? usual)
  const sorted = documents.toSorted((a, b) => (a._id < b._id ? -1 : 1))
  const make = createQueries(createRandom(seed), schema)
  const queries = Array.from({length: count}, make)
  const answers = await ours(sorted, queries)
  const unexplained = []
  const explained = new Map()
  let equal = 0
  let refused = 0
  for (const [i, query] of queries.entries()) {
    const expected = await theirs(sorted, query)
    const actual = answers[i]
    if ('result' in expected ? isDeepStrictEqual(actual.result, expected.result) : 'error' in actual) {
      equal++
      refused += 'error' in actual ? 1 : 0
      continue
    }
    const reason = explain(query, actual, expected)
    if (reason) {
      explained.set(reason, (explained.get(reason) ?? 0) + 1)
    } else {
      unexplained.push({query, ours: actual, theirs: expected})
    }
  }
  console.log(`${name}: ${equal} of ${count} equal, ${refused} of them refused by both (seed ${seed})`)
  for (const [reason, times] of explained) {
    console.log(`  ${times} explained: ${reason}`)
  }
  const shown = unexplained.slice(0, Number(process.env.SHOW ?? 5))
  assert.equal(unexplained.length, 0, shown.map((each) => JSON.stringify(each).slice(0, 2000)).join('\n\n'))
  // Queries that nobody can parse, or that find nothing, would compare little.
  assert.ok(equal - refused > count * 0.8)
}

test('random queries over random documents give what groq-js gives', async () => {
  await compare(makeDocuments(createRandom(seed + 1), 40), madeSchema, 'made up', 400)
})

test('random queries over the movies give what groq-js gives', {skip: !existsSync(movies)}, async () => {
  const documents = readFileSync(movies, 'utf8').trim().split('\n').map((line) => JSON.parse(line))
  await compare(documents, movieSchema, 'movies', 100)
})
