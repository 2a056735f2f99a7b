import assert from 'node:assert/strict'
import {execFile} from 'node:child_process'
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {after, before, test} from 'node:test'
import {promisify} from 'node:util'
import {randomNumbers, randomObject} from '../random-documents.mjs'
import {
  assertSame,
  parseExactly,
  queryParquet,
  readCsvWithDuckDb,
  readParquetWithDuckDb,
  readParquetWithHyparquet,
  valueAt,
} from '../tables.mjs'
import {baseUrl, project, token, useDataset} from './support.mjs'
import {findWorkload, firstLines, importTransactions} from './workloads.mjs'

const run = promisify(execFile)
const headers = {authorization: `Bearer ${token}`, 'content-type': 'application/json'}
let folder

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eventstore-collections-'))
})

after(() => rm(folder, {recursive: true, force: true}))

async function post(path, body) {
  const response = await fetch(baseUrl + path, {method: 'POST', headers, body})
  const text = await response.text()
  assert.equal(response.status, 200, text)
  return JSON.parse(text)
}

async function download(url) {
  const path = join(folder, `download-${Math.random()}`)
  // Without a token, as whoever was given the link does it.
  const response = await fetch(url)
  assert.equal(response.status, 200)
  await writeFile(path, Buffer.from(await response.arrayBuffer()))
  return path
}

async function exportCollection(dataset, order) {
  const answer = await post(`/v1/collections/${project}.${dataset}/export`, JSON.stringify(order))
  const path = await download(answer.download_url)
  assert.equal(answer.file_size_bytes, (await readFile(path)).length)
  assert.equal(answer.format, order.format ?? 'parquet')
  const vectors = answer.vectors_download_url && (await download(answer.vectors_download_url))
  return {answer, path, vectors}
}

async function mutate(dataset, documents) {
  // As text: JavaScript would lose what these numbers are about.
  const mutations = documents.map((document) => `{"createOrReplace":${document}}`).join(',')
  await post(`/v1/data/mutate/${dataset}`, `{"mutations":[${mutations}]}`)
}

async function allDocuments(dataset) {
  const response = await fetch(`${baseUrl}/v1/data/export/${dataset}`, {headers})
  const text = await response.text()
  return text
    .split('\n')
    .filter(Boolean)
    .map(parseExactly)
    .filter(({_id}) => !/^(drafts|versions)\./.test(_id))
}

/** Every document, every value, in every format, by every reader. */
async function assertWholeExports(dataset) {
  const expected = await allDocuments(dataset)
  const json = await exportCollection(dataset, {format: 'json'})
  const lines = (await readFile(json.path, 'utf8')).split('\n').filter(Boolean)
  assert.deepEqual(lines.map(parseExactly), expected)

  const parquet = await exportCollection(dataset, {})
  for (const read of [readParquetWithDuckDb, readParquetWithHyparquet]) {
    const rows = await read(parquet.path)
    assert.equal(rows.length, expected.length)
    rows.forEach((row, index) => assertRow(row, expected[index], `${read.name} ${expected[index]._id}`))
  }

  const csv = await exportCollection(dataset, {format: 'csv'})
  const rows = await readCsvWithDuckDb(csv.path)
  assert.equal(rows.length, expected.length)
  rows.forEach((row, index) => assertFlat(row, expected[index]))
  for (const {answer} of [json, parquet, csv]) {
    assert.equal(answer.document_count, expected.length)
  }
  return {expected, parquet}
}

function assertRow(row, document, place) {
  for (const key of Object.keys(document)) {
    assert.ok(key in row || `${key}_1` in row || key === '', `${place}: no column ${key}`)
  }
  for (const [name, value] of Object.entries(row)) {
    const key = columnKey(document, name)
    assertSame(value, document[key === '""' ? '' : key], `${place} ${name}`)
  }
}

/** Names that differ in case alone get a number from one of the readers. */
function columnKey(document, name) {
  return name in document || !/_1$/.test(name) ? name : name.slice(0, -2)
}

function assertFlat(row, document) {
  for (const [name, value] of Object.entries(row)) {
    const expected = valueAt(document, columnKey(document, name))
    if (value !== null && typeof expected !== 'string') {
      assert.deepEqual(parseExactly(value), expected, `csv ${document._id} ${name}`)
    } else {
      assertSame(value, expected, `csv ${document._id} ${name}`)
    }
  }
}

test('every kind of value is read back by every reader', async () => {
  const {dataset} = await useDataset('tables')
  const documents = [
    '"whole":9007199254740993,"small":1,"double":0.1,"mixed":1,"huge":18446744073709551616,"wide":9007199254740993',
    '"whole":-9223372036854775808,"small":-3,"double":1e308,"mixed":"two","huge":1,"wide":0.5',
    '"whole":9223372036854775807,"double":-0,"mixed":{"a":null},"empty":"","nothing":null,"flag":true',
    '"text":"\\u0000\\u001f\\"\\\\\\n\\r\\t,;=1+1","unicode":"é 漢字 😀 \\u2028 e\\u0301","flag":false',
    '"list":[],"lists":[[1,2],[],null,[null,3]],"objects":[{"a":1},{"b":[true]},null,{}]',
    '"list":["a",null,"\\"b\\""],"lists":[],"objects":[],"none":[],"void":{},"nulls":[null,null]',
    '"deep":{"a":{"b":{"c":{"d":[{"e":{"f":[[["x"]]]}}]}}}},"object":{"inner":{"n":1,"s":"t"}}',
    '"object":{"inner":null},"deep":null,"dotted.key":{"a.b":1,"c\\\\d":2},"when":"2024-02-29T23:59:59.123456Z"',
    '"object":{},"when":"0001-01-01T00:00:00Z","mostly":"2024-01-01T00:00:00Z","":"empty key","odd":{"":1}',
    '"mostly":"soon","Case":1,"case":"two","cases":{"A":1,"a":2},"formula":"=cmd()"',
    `"map":{${Array.from({length: 300}, (_, index) => `"k${index}":${index}`).join(',')}}`,
    `"level":${'{"x":['.repeat(25)}7${']}'.repeat(25)}`,
  ].map((content, index) => `{"_id":"d${String(index).padStart(2, '0')}","_type":"t",${content}}`)
  await mutate(dataset, documents)
  const {expected, parquet} = await assertWholeExports(dataset)
  assert.equal(expected.length, documents.length)
  const [types] = await queryParquet(
    parquet.path,
    ['whole', 'small', 'double', 'mixed', 'huge', 'wide', 'empty', 'nothing', 'flag', 'list', 'objects', 'map', '_createdAt', 'mostly']
      .map((name) => `typeof("${name}") as "${name}"`)
      .join(),
    `_id = 'd00'`,
  )
  assert.deepEqual(types, {
    whole: 'BIGINT',
    small: 'BIGINT',
    double: 'DOUBLE',
    mixed: 'JSON',
    huge: 'JSON',
    wide: 'JSON',
    empty: 'VARCHAR',
    nothing: 'VARCHAR',
    flag: 'BOOLEAN',
    list: 'VARCHAR[]',
    objects: 'STRUCT(a BIGINT, b BOOLEAN[])[]',
    map: 'JSON',
    _createdAt: 'TIMESTAMP WITH TIME ZONE',
    mostly: 'VARCHAR',
  })
})

test('random documents are read back by every reader', async () => {
  const {dataset} = await useDataset('random-tables')
  const random = randomNumbers(20261121)
  for (let round = 0; round < 4; round++) {
    const documents = Array.from({length: 250}, (_, index) => {
      const content = randomObject(random, 3)
      delete content.__proto__
      return JSON.stringify({...content, _id: `r${round}-${index}`, _type: `t${index % 3}`})
    })
    await mutate(dataset, documents)
    await assertWholeExports(dataset)
  }
})

test('nothing, one row, and statistics that readers skip by', async () => {
  const {dataset} = await useDataset('few')
  const empty = await assertWholeExports(dataset)
  assert.equal(empty.expected.length, 0)
  assert.equal(empty.parquet.answer.document_count, 0)
  await mutate(dataset, ['{"_id":"one","_type":"t","n":1}'])
  assert.equal((await assertWholeExports(dataset)).expected.length, 1)

  const many = Array.from({length: 9000}, (_, index) => `{"_id":"m${index}","_type":"t","n":${index},"s":"v${index % 7}"}`)
  await mutate(dataset, many)
  const {path} = await exportCollection(dataset, {})
  assert.deepEqual(await queryParquet(path, 'count(*) as c', 'n = 8999'), [{c: 1n}])
  assert.deepEqual(await queryParquet(path, 'count(*) as c', `s = 'v3' and n > 100`), [{c: 1272n}])
  assert.deepEqual(await queryParquet(path, 'count(*) as c', 'n > 9000'), [{c: 0n}])
  assert.deepEqual(await queryParquet(path, 'min(n) as low, max(n) as high, count(s) as c'), [{low: 0n, high: 8999n, c: 9000n}])
})

test('vectors come in a file of their own', async () => {
  const {dataset} = await useDataset('vectors')
  const random = randomNumbers(7)
  const vectors = Array.from({length: 300}, () => Array.from({length: 64}, () => (random(2000) - 1000) / 1024))
  await mutate(
    dataset,
    vectors.map((vector, index) => JSON.stringify({_id: `v${index}`, _type: 't', index, embedding: vector})),
  )
  const {path, vectors: vectorsPath} = await exportCollection(dataset, {include_vectors: true})
  for (const row of await readParquetWithDuckDb(path)) {
    assert.ok(!('embedding' in row))
  }
  for (const read of [readParquetWithDuckDb, readParquetWithHyparquet]) {
    const rows = await read(vectorsPath)
    assert.equal(rows.length, vectors.length)
    for (const {document_id: id, vector} of rows) {
      assert.deepEqual([...vector], vectors[Number(id.slice(1))])
    }
  }
})

for (const {file, transactions} of [
  {file: 'bcd.ndjson.zst', transactions: 250},
  {file: 'scoop-main.ndjson.zst', transactions: 2500},
]) {
  const {path, skip} = findWorkload(file)
  test(`the documents of ${file} are read back by every reader`, {skip}, async () => {
    const {dataset} = await useDataset('collection')
    await importTransactions(dataset, (await firstLines(path, transactions)).join('\n'))
    assert.ok((await assertWholeExports(dataset)).expected.length > 100)
  })
}

for (const file of ['sanity/moviedb.ndjson', 'sanity/company-website-production.tar.gz']) {
  const {path, skip} = findWorkload(file)
  test(`the documents of ${file} are read back by every reader`, {skip}, async () => {
    const {dataset} = await useDataset('collection')
    await mutate(dataset, (await readLines(path)).map(withoutLooseReferences))
    assert.ok((await assertWholeExports(dataset)).expected.length >= 5)
  })
}

async function readLines(path) {
  const text = path.endsWith('.gz')
    ? (await run('tar', ['-xzOf', path, '--wildcards', '*/data.ndjson'], {maxBuffer: 1 << 28})).stdout
    : await readFile(path, 'utf8')
  return text.split('\n').filter(Boolean)
}

/** The assets that references lead to are not loaded here. */
function withoutLooseReferences(line) {
  return JSON.stringify(
    JSON.parse(line, (key, value) => (value?._ref && typeof value._ref === 'string' ? {...value, _weak: true} : value)),
  )
}
