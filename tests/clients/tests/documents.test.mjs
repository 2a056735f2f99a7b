import assert from 'node:assert/strict'
import {before, test} from 'node:test'
import {createTestClient, project, useDataset} from './support.mjs'

const {client, dataset} = await useDataset('documents')

before(async () => {
  await client
    .transaction()
    .create({_id: 'a', _type: 'thing'})
    .create({_id: 'b', _type: 'thing'})
    .create({_id: 'drafts.a', _type: 'thing', draft: true})
    .create({_id: 'versions.r1.a', _type: 'thing', release: true})
    .commit()
})

test('getDocument gives undefined for what does not exist', async () => {
  assert.equal(await client.getDocument('missing'), undefined)
  assert.equal((await client.getDocument('a'))._id, 'a')
})

test('getDocuments keeps the order asked for and puts null for what is missing', async () => {
  const documents = await client.getDocuments(['b', 'missing', 'drafts.a', 'a'])
  assert.deepEqual(
    documents.map((document) => document && document._id),
    ['b', null, 'drafts.a', 'a'],
  )
})

test('the raw answer names what it leaves out', async () => {
  const answer = await client.request({url: `/data/doc/${dataset}/a,missing`})
  assert.deepEqual(
    answer.documents.map((document) => document._id),
    ['a'],
  )
  assert.deepEqual(answer.omitted, [{id: 'missing', reason: 'existence'}])
})

test('includeAllVersions adds drafts and versions', async () => {
  const answer = await client.request({url: `/data/doc/${dataset}/a`, query: {includeAllVersions: true}})
  assert.deepEqual(answer.documents.map((document) => document._id).sort(), ['a', 'drafts.a', 'versions.r1.a'])
})

test('excludeContent only tells what exists', async () => {
  const answer = await client.request({url: `/data/doc/${dataset}/a,missing`, query: {excludeContent: true}})
  assert.deepEqual(
    answer.omitted.map(({id, reason}) => `${id} ${reason}`),
    ['missing existence'],
  )
  assert.ok(!JSON.stringify(answer).includes('"thing"'))
})

test('a client without a token reads nothing of a private dataset', async () => {
  const anonymous = createTestClient(dataset, {token: undefined})
  const outcome = await anonymous.getDocument('a').catch((error) => error)
  assert.ok(outcome === undefined || outcome.statusCode === 401, `${outcome}`)
})

test('a wrong token is refused', async () => {
  const stranger = createTestClient(dataset, {token: 'not-a-token-of-this-server'})
  await assert.rejects(stranger.create({_type: 'thing'}), {statusCode: 401})
})

test('the project may stand in the path', async () => {
  const {apiHost} = client.config()
  const prefixed = createTestClient(dataset, {apiHost: `${apiHost}/p/${project}`})
  assert.equal((await prefixed.getDocument('a'))._id, 'a')
})

test('a client bound to the dataset as a resource reads and writes', async () => {
  const bound = createTestClient(undefined, {resource: {type: 'dataset', id: `${project}.${dataset}`}})
  const created = await bound.create({_type: 'thing', through: 'resource'})
  assert.deepEqual(await client.getDocument(created._id), created)
  assert.deepEqual(await bound.getDocument(created._id), created)
})

test('datasets are listed', async () => {
  const entry = (await client.datasets.list()).find(({name}) => name === dataset)
  assert.equal(entry.aclMode, 'private')
  assert.ok(!Number.isNaN(Date.parse(entry.createdAt)))
})

test('a dataset is created once and deleted once', async () => {
  const name = `${dataset}-more`
  assert.equal((await client.datasets.create(name, {aclMode: 'public'})).datasetName, name)
  await assert.rejects(client.datasets.create(name), {statusCode: 409})
  assert.deepEqual(await client.datasets.delete(name), {deleted: true})
  await assert.rejects(client.datasets.delete(name), {statusCode: 404})
})
