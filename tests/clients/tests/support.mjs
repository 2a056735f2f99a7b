import assert from 'node:assert/strict'
import {after} from 'node:test'
import {createClient} from '@sanity/client'

export const baseUrl = process.env.BASE_URL
export const token = process.env.TOKEN
export const project = process.env.PROJECT

assert.ok(baseUrl && token && project, 'BASE_URL, TOKEN and PROJECT must be set: run "npm test"')

export function createTestClient(dataset, overrides = {}) {
  return createClient({
    apiHost: baseUrl,
    useProjectHostname: false,
    projectId: project,
    dataset,
    token,
    apiVersion: '2025-02-19',
    useCdn: false,
    ...overrides,
  })
}

/** A client on a new dataset that is deleted after the tests of the calling file. */
export async function useDataset(name) {
  // A suite that was interrupted leaves its datasets behind on a server that lives on.
  const dataset = `${name}-${process.pid}-${Date.now().toString(36)}`
  const client = createTestClient(dataset)
  await client.datasets.create(dataset, {aclMode: 'private'})
  after(() => client.datasets.delete(dataset))
  return {client, dataset}
}

/** The transactions of a dataset, oldest first; parameters as in the API, ids of documents to restrict them to. */
export async function readTransactions(client, parameters = {}, ids = []) {
  const suffix = ids.length > 0 ? `/${ids.join(',')}` : ''
  const answer = await client.request({
    url: `/data/history/${client.config().dataset}/transactions${suffix}`,
    query: parameters,
  })
  // The client has no text for an empty body.
  const text = answer ?? ''
  assert.equal(typeof text, 'string', 'transactions must not be served as JSON, or clients would parse them')
  return text
    .split('\n')
    .filter((line) => line.length > 0)
    .map((line) => JSON.parse(line))
}

export async function readPastDocuments(client, ids, parameters) {
  const answer = await client.request({
    url: `/data/history/${client.config().dataset}/documents/${[ids].flat().join(',')}`,
    query: parameters,
  })
  assert.ok(Array.isArray(answer.documents), 'the answer has documents')
  return answer.documents
}

export async function readPastDocument(client, id, parameters) {
  const documents = await readPastDocuments(client, id, parameters)
  assert.ok(documents.length <= 1)
  return documents[0]
}

export function withoutRevision({_rev, ...content}) {
  return content
}

/** The part of a document that its author wrote. */
export function ownContent({_id, _type, _rev, _createdAt, _updatedAt, ...content}) {
  return content
}
