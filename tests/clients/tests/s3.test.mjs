import assert from 'node:assert/strict'
import {mkdtemp, readdir, rm} from 'node:fs/promises'
import {createRequire} from 'node:module'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {after, before, test} from 'node:test'
import {randomBytes} from 'node:crypto'
import {makePng} from '../pictures.mjs'
import {startServer} from '../server.mjs'
import {createTestClient} from './support.mjs'

const S3rver = createRequire(import.meta.url)('s3rver')
const bucket = 'assets-bucket'
let folder
let storage
let server
let client

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eventstore-s3-'))
  storage = new S3rver({
    directory: folder,
    address: '127.0.0.1',
    port: 0,
    silent: true,
    configureBuckets: [{name: bucket}],
  })
  const {port} = await storage.run()
  server = await startServer({
    EVENTSTORE_BLOBS: `s3://${bucket}/content`,
    EVENTSTORE_S3_ENDPOINT: `http://127.0.0.1:${port}`,
    EVENTSTORE_S3_ACCESS_KEY: 'S3RVER',
    EVENTSTORE_S3_SECRET_KEY: 'S3RVER',
  })
  client = createTestClient('stored', {apiHost: server.url, token: server.token, projectId: server.project})
  await client.datasets.create('stored', {aclMode: 'private'})
})

after(async () => {
  await server?.stop()
  await storage?.close().catch(() => {})
  await rm(folder, {recursive: true, force: true})
})

async function keptObjects() {
  const entries = await readdir(join(folder, bucket), {recursive: true}).catch(() => [])
  return entries.filter((name) => name.endsWith('_object') && name.includes('content'))
}

test('assets live in a bucket, large ones in parts, and go with their dataset', async () => {
  const contents = [makePng(30, 20), randomBytes(1), randomBytes(20_000_000)]
  const assets = [
    await client.assets.upload('image', contents[0]),
    await client.assets.upload('file', contents[1], {filename: 'small.bin'}),
    await client.assets.upload('file', contents[2], {filename: 'large.bin'}),
  ]
  assert.equal((await keptObjects()).length, 3)
  for (const [index, {url}] of assets.entries()) {
    const response = await fetch(url)
    assert.deepEqual(Buffer.from(await response.arrayBuffer()), contents[index])
  }
  const part = await fetch(assets[2].url, {headers: {range: 'bytes=12345678-12345777'}})
  assert.equal(part.status, 206)
  assert.deepEqual(Buffer.from(await part.arrayBuffer()), contents[2].subarray(12345678, 12345778))

  await client.datasets.delete('stored')
  assert.equal((await fetch(assets[0].url)).status, 404)
  for (let attempt = 0; attempt < 300 && (await keptObjects()).length > 0; attempt++) {
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  assert.deepEqual(await keptObjects(), [])
})

test('while the bucket is away, files are not available and all else is', async () => {
  const second = createTestClient('second', {apiHost: server.url, token: server.token, projectId: server.project})
  await second.datasets.create('second', {aclMode: 'private'})
  const png = makePng(3, 2)
  const {url} = await second.assets.upload('image', png)
  await storage.close()
  await assert.rejects(second.assets.upload('image', makePng(4, 4)), {statusCode: 503})
  assert.equal((await fetch(url)).status, 503)
  assert.equal((await second.fetch('count(*)')), 1)
  assert.equal((await second.create({_type: 'note'}))._type, 'note')
})
