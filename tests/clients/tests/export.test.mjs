import assert from 'node:assert/strict'
import {execFile} from 'node:child_process'
import {mkdtemp, readdir, readFile, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {after, before, test} from 'node:test'
import {promisify} from 'node:util'
import {exportDataset} from '@sanity/export'
import {createTestClient, project, readTransactions, useDataset} from './support.mjs'

const run = promisify(execFile)
const {client, dataset} = await useDataset('export')
const many = 1500
let folder
let afterFirst

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eventstore-export-'))
  const first = client.transaction()
  for (let index = 0; index < many; index++) {
    const _type = index % 3 === 0 ? 'post' : 'note'
    first.create({_id: `doc-${index}`, _type, n: index, text: `Tekst nr. ${index} å`})
  }
  afterFirst = (await first.commit()).transactionId
  await client
    .transaction()
    .create({_id: 'drafts.doc-1', _type: 'note', n: -1})
    .create({_id: 'versions.r1.doc-1', _type: 'note', n: -2})
    .create({_id: 'with-error', _type: 'post', error: 'a field of this name', statusCode: 500})
    .patch('doc-2', {set: {n: 'changed', nested: {list: [1, [2, {deep: true}]]}}})
    .delete('doc-3')
    .commit()
})

after(() => rm(folder, {recursive: true, force: true}))

async function exported(options) {
  const archive = join(folder, `export-${Math.random()}.tar.gz`)
  const result = await exportDataset({client, dataset, outputPath: archive, mode: 'stream', ...options})
  const target = await mkdtemp(join(folder, 'unpacked-'))
  await run('tar', ['-xzf', archive, '-C', target])
  const [inner] = await readdir(target)
  const text = await readFile(join(target, inner, 'data.ndjson'), 'utf8')
  const documents = text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
  assert.equal(result.documentCount, documents.length)
  return documents
}

async function current(ids) {
  const documents = []
  for (let index = 0; index < ids.length; index += 100) {
    documents.push(...(await client.getDocuments(ids.slice(index, index + 100))))
  }
  return documents
}

const byId = (left, right) => (left._id < right._id ? -1 : 1)

test('a raw export holds every document as it is', async () => {
  const documents = await exported({raw: true, assets: false})
  assert.equal(documents.length, many + 2)
  const ids = documents.map(({_id}) => _id)
  assert.equal(new Set(ids).size, ids.length)
  assert.ok(!ids.includes('doc-3'))
  assert.deepEqual(documents.toSorted(byId), (await current(ids)).toSorted(byId))
})

test('an export without drafts, not raw', async () => {
  const documents = await exported({drafts: false})
  assert.equal(documents.length, many)
  assert.ok(documents.every(({_id}) => !_id.startsWith('drafts.') && !_id.startsWith('versions.')))
})

test('an export of one type', async () => {
  const documents = await exported({raw: true, types: ['post']})
  assert.equal(documents.length, many / 3)
  assert.ok(documents.every(({_type}) => _type === 'post'))
})

test('an export through the project in the path', async () => {
  const {apiHost} = client.config()
  const prefixed = createTestClient(dataset, {apiHost: `${apiHost}/p/${project}`})
  assert.equal((await exported({client: prefixed, raw: true})).length, many + 2)
})

test('an export in cursor mode holds the same, over several pages', async () => {
  // Pages end by size: these documents are more than one of them.
  for (let part = 0; part < 5; part++) {
    const transaction = client.transaction()
    for (let index = 0; index < 7; index++) {
      transaction.create({_id: `large-${part}-${index}`, _type: 'large', text: 'blåbær '.repeat(60_000)})
    }
    await transaction.commit()
  }
  const {apiHost, token} = client.config()
  const answer = await fetch(`${apiHost}/v2025-02-19/data/export/${dataset}?nextCursor=`, {
    headers: {authorization: `Bearer ${token}`},
  })
  const last = JSON.parse((await answer.text()).trimEnd().split('\n').at(-1))
  assert.equal(typeof last.nextCursor, 'string', 'there is a second page')
  const paged = await exported({raw: true, mode: 'cursor'})
  assert.deepEqual(paged, await exported({raw: true}))
  assert.equal(paged.length, many + 2 + 35)
  for (let part = 0; part < 5; part++) {
    await client.mutate(Array.from({length: 7}, (_, index) => ({delete: {id: `large-${part}-${index}`}})))
  }
})

test('an export of a missing dataset fails and says why', async () => {
  await assert.rejects(exported({dataset: 'no-such-dataset', maxRetries: 1}), /404|not found/i)
})

async function streamed(query) {
  const {apiHost} = client.config()
  const response = await fetch(`${apiHost}/v2025-02-19/data/export/${dataset}?${new URLSearchParams(query)}`, {
    headers: {authorization: `Bearer ${client.config().token}`},
  })
  assert.equal(response.status, 200)
  assert.match(response.headers.get('content-type'), /ndjson/)
  return await response.text()
}

test('an export as of a revision or an instant is what it was, byte for byte each time', async () => {
  const past = await streamed({revision: afterFirst})
  const documents = past.trimEnd().split('\n').map((line) => JSON.parse(line))
  assert.equal(documents.length, many)
  assert.ok(documents.every(({_rev}) => _rev === afterFirst))
  const [{timestamp}] = await readTransactions(client, {limit: 1, excludeMutations: true})
  assert.equal(await streamed({time: timestamp}), past)
  assert.equal(await streamed({revision: afterFirst}), past)
  assert.notEqual(await streamed({}), past)
})
