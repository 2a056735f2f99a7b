import assert from 'node:assert/strict'
import {test} from 'node:test'
import {ClientError} from '@sanity/client'
import {baseUrl, createTestClient, token, useDataset} from './support.mjs'

const {client, dataset} = await useDataset('errors')

async function failureOf(promise) {
  const error = await promise.then(
    () => assert.fail('the request should have failed'),
    (reason) => reason,
  )
  assert.ok(error instanceof ClientError, `${error}`)
  return error
}

function assertMutationError(error, status, type) {
  assert.equal(error.statusCode, status)
  assert.equal(error.details.type, 'mutationError')
  assert.match(error.details.description, /error/)
  assert.equal(error.details.items[0].error.type, type)
  assert.ok(error.message.includes(error.details.items[0].error.description))
  return error.details.items[0]
}

test('create of an existing document', async () => {
  await client.create({_id: 'taken', _type: 'thing'})
  const error = await failureOf(client.create({_id: 'taken', _type: 'thing'}))
  const item = assertMutationError(error, 409, 'documentAlreadyExistsError')
  assert.equal(item.index, 0)
  assert.equal(item.error.id, 'taken')
})

test('patch of a missing document', async () => {
  const error = await failureOf(client.patch('missing').set({a: 1}).commit())
  assert.equal(assertMutationError(error, 404, 'documentNotFoundError').error.id, 'missing')
})

test('patch on another revision', async () => {
  const {_rev} = await client.create({_id: 'locked', _type: 'thing'})
  const error = await failureOf(client.patch('locked').ifRevisionId('other').set({a: 1}).commit())
  const {error: details} = assertMutationError(error, 409, 'documentRevisionIDDoesNotMatchError')
  assert.equal(details.id, 'locked')
  assert.equal(details.expectedRevisionID, 'other')
  assert.equal(details.currentRevisionID, _rev)
})

test('a transaction id used twice', async () => {
  const create = () => client.mutate([{create: {_type: 'thing'}}], {transactionId: 'used'})
  await create()
  const error = await failureOf(create())
  assert.equal(error.statusCode, 409)
  assert.ok(JSON.stringify(error.response.body).includes('transactionAlreadyExistsError'))
})

test('delete of a document that others refer to', async () => {
  await client.create({_id: 'target', _type: 'thing'})
  await client.create({_id: 'source', _type: 'thing', to: {_type: 'reference', _ref: 'target'}})
  const error = await failureOf(client.delete('target'))
  const item = assertMutationError(error, 409, 'documentHasExistingReferencesError')
  assert.deepEqual(item.error.referencingIDs, ['source'])
})

test('a strong reference to nothing', async () => {
  const error = await failureOf(client.create({_type: 'thing', to: {_type: 'reference', _ref: 'nobody'}}))
  const item = assertMutationError(error, 409, 'documentReferenceDoesNotExistError')
  assert.equal(item.error.referenceID, 'nobody')
  await client.create({_type: 'thing', to: {_type: 'reference', _ref: 'nobody', _weak: true}})
})

test('a document without a type', async () => {
  const error = await failureOf(client.mutate([{create: {_id: 'untyped'}}]))
  assertMutationError(error, 400, 'validationError')
})

test('a malformed path', async () => {
  await client.create({_id: 'path', _type: 'thing'})
  const error = await failureOf(client.patch('path').set({'a[': 1}).commit())
  assertMutationError(error, 400, 'validationError')
})

test('an unknown mutation', async () => {
  const error = await failureOf(client.mutate([{conjure: {_id: 'x', _type: 'thing'}}]))
  assert.equal(error.statusCode, 400)
})

test('a malformed id', async () => {
  const error = await failureOf(client.mutate([{create: {_id: 'no spaces please', _type: 'thing'}}]))
  assertMutationError(error, 400, 'validationError')
})

test('several bad items are all named', async () => {
  const error = await failureOf(
    client.mutate([{create: {_id: 'no-type'}}, {create: {_id: 'fine', _type: 'thing'}}, {create: {_id: 'also-none'}}]),
  )
  assert.deepEqual(
    error.details.items.map(({index}) => index),
    [0, 2],
  )
})

test('a missing dataset', async () => {
  const elsewhere = createTestClient('no-such-dataset')
  assert.equal((await failureOf(elsewhere.create({_type: 'thing'}))).statusCode, 404)
  assert.equal((await failureOf(elsewhere.getDocument('a'))).statusCode, 404)
})

test('a body that is not JSON', async () => {
  const response = await fetch(`${baseUrl}/v2025-02-19/data/mutate/${dataset}`, {
    method: 'POST',
    headers: {authorization: `Bearer ${token}`, 'content-type': 'application/json'},
    body: '{"mutations":[',
  })
  assert.equal(response.status, 400)
  const body = await response.json()
  assert.ok(body.error)
})

test('parameters of the past that exclude each other', async () => {
  await client.create({_id: 'old', _type: 'thing'})
  for (const query of [{revision: 'x', lastRevision: true}, {time: new Date().toISOString(), revision: 'x'}]) {
    const request = client.request({url: `/data/history/${dataset}/documents/old`, query})
    assert.equal((await failureOf(request)).statusCode, 400, JSON.stringify(query))
  }
})
