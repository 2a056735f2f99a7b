import assert from 'node:assert/strict'
import {execFile} from 'node:child_process'
import {createHash, randomBytes} from 'node:crypto'
import {createReadStream} from 'node:fs'
import {mkdir, mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {after, before, test} from 'node:test'
import {promisify} from 'node:util'
import {exportDataset} from '@sanity/export'
import {sanityImport} from '@sanity/import'
import {makePng} from '../pictures.mjs'
import {createTestClient, project, useDataset, withoutRevision} from './support.mjs'
import {findWorkload} from './workloads.mjs'

const run = promisify(execFile)
let folder

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eventstore-assets-'))
})

after(() => rm(folder, {recursive: true, force: true}))

const sha1 = (bytes) => createHash('sha1').update(bytes).digest('hex')

async function download(url) {
  // As the clients do it: without a token.
  const response = await fetch(url)
  assert.equal(response.status, 200, url)
  return Buffer.from(await response.arrayBuffer())
}

async function exportArchive(client, dataset, options = {}) {
  const archive = join(folder, `${dataset}-${Math.random()}.tar.gz`)
  await exportDataset({client, dataset, outputPath: archive, mode: 'stream', ...options})
  return archive
}

async function unpack(archive) {
  const target = await mkdtemp(join(folder, 'unpacked-'))
  await run('tar', ['-xzf', archive, '-C', target])
  const [inner] = await readdir(target)
  return join(target, inner)
}

function importArchive(client, archive, options = {}) {
  return sanityImport(createReadStream(archive), {client, operation: 'create', ...options})
}

/** All documents of a dataset by id, without what belongs to one place and time: revisions, and where assets are. */
async function contentsOf(client) {
  const documents = await client.fetch('*', {}, {perspective: 'raw'})
  return new Map(
    documents.map((document) => {
      const {url, path, uploadId, _createdAt, _updatedAt, ...content} = withoutRevision(document)
      return [document._id, content]
    }),
  )
}

test('images are uploaded from buffers and streams, and files with their type', async () => {
  const {client, dataset} = await useDataset('assets-upload')
  const png = makePng(12, 8)
  const image = await client.assets.upload('image', png, {
    filename: 'blåbær.png',
    label: 'a label',
    title: 'a title',
    description: 'a description',
    creditLine: 'a credit',
    extract: ['palette', 'location'],
    source: {id: 'source-1', name: 'a source', url: 'https://example.org/1'},
  })
  assert.equal(image._id, `image-${sha1(png)}-12x8-png`)
  assert.equal(image.originalFilename, 'blåbær.png')
  assert.deepEqual(image.metadata.dimensions, {
    _type: 'sanity.imageDimensions',
    width: 12,
    height: 8,
    aspectRatio: 1.5,
  })
  assert.deepEqual(image.source, {id: 'source-1', name: 'a source', url: 'https://example.org/1'})
  assert.deepEqual(await client.getDocument(image._id), image)
  assert.deepEqual(await download(image.url), png)
  assert.deepEqual(await download(`${image.url}?w=6&auto=format`), png)

  const bytes = randomBytes(9_000_000)
  const source = join(folder, 'large.mp4')
  await writeFile(source, bytes)
  const file = await client.assets.upload('file', createReadStream(source), {
    filename: 'large.mp4',
    contentType: 'video/mp4',
  })
  assert.equal(file._id, `file-${sha1(bytes)}-mp4`)
  assert.equal(file.mimeType, 'video/mp4')
  assert.equal(file.size, bytes.length)
  assert.deepEqual(await download(file.url), bytes)
  const blob = await client.assets.upload('file', new Blob(['a,b\n'], {type: 'text/csv'}))
  assert.equal(blob.extension, 'csv')
  assert.equal((await client.assets.upload('image', png))._rev, image._rev, 'uploaded again it is the same asset')

  const found = await client.fetch('*[_type == $type && sha1hash == $hash][0]{_id, url}', {
    type: 'sanity.imageAsset',
    hash: sha1(png),
  })
  assert.deepEqual(found, {_id: image._id, url: image.url})
  assert.equal((await fetch(found.url, {method: 'HEAD'})).status, 200)
  await assert.rejects(client.assets.upload('image', Buffer.from('no image')), {statusCode: 400})
  await assert.rejects(client.assets.upload('image', png.subarray(0, 60)), /ends too early/)
  await assert.rejects(client.assets.upload('image', png, {contentType: 'image/gif'}), {statusCode: 415})
  assert.equal((await client.fetch('count(*)', {}, {perspective: 'raw'})), 3, dataset)
})

async function fill(client) {
  const transaction = client.transaction()
  for (let index = 0; index < 20; index++) {
    const image = await client.assets.upload('image', makePng(5 + index, 7), {filename: `picture-${index}.png`})
    await client.patch(image._id).set({altText: `alt ${index}`, 'metadata.lqip': 'data:image/png;base64,AA=='}).commit()
    const file = await client.assets.upload('file', randomBytes(1000), {filename: `data-${index}.pdf`})
    transaction.create({
      _id: `${index % 4 === 0 ? 'drafts.' : ''}post-${index}`,
      _type: 'post',
      image: {_type: 'image', asset: {_type: 'reference', _ref: image._id}, hotspot: {x: 0.5, y: 0.25}},
      attachments: [{_key: 'k', _type: 'file', asset: {_type: 'reference', _ref: file._id}}],
      other: {_type: 'reference', _ref: 'plain'},
    })
  }
  await transaction.create({_id: 'plain', _type: 'note', text: 'no assets'}).commit()
}

test('an export with assets holds every file, and its import makes the same dataset', async () => {
  const {client, dataset} = await useDataset('assets-export')
  await fill(client)
  const archive = await exportArchive(client, dataset)
  const unpacked = await unpack(archive)
  const images = await readdir(join(unpacked, 'images'))
  const files = await readdir(join(unpacked, 'files'))
  assert.deepEqual([images.length, files.length], [20, 20])
  for (const name of images) {
    assert.equal(name.slice(0, 40), sha1(await readFile(join(unpacked, 'images', name))))
  }

  const copy = await useDataset('assets-import')
  const {numDocs, warnings} = await importArchive(copy.client, archive)
  assert.deepEqual([numDocs, warnings], [21, []])
  const [left, right] = [await contentsOf(client), await contentsOf(copy.client)]
  assert.deepEqual([...right.keys()].sort(), [...left.keys()].sort())
  for (const [id, content] of left) {
    assert.deepEqual(right.get(id), content)
  }
  const urls = await copy.client.fetch('*[_type in ["sanity.imageAsset", "sanity.fileAsset"]].url', {}, {perspective: 'raw'})
  assert.ok(urls.every((url) => url.includes(`/${project}/${copy.dataset}/`)))
  for (const url of urls) {
    assert.ok(url.includes(sha1(await download(url))))
  }

  // Again: every asset is found by its digest, and nothing is uploaded or changed.
  const assetsBefore = await copy.client.fetch('*[_type match "sanity.*"]|order(_id){_id,_rev}', {}, {perspective: 'raw'})
  await importArchive(copy.client, archive, {operation: 'createOrReplace'})
  const assetsAfter = await copy.client.fetch('*[_type match "sanity.*"]|order(_id){_id,_rev}', {}, {perspective: 'raw'})
  assert.deepEqual(assetsAfter, assetsBefore)
  assert.deepEqual(await contentsOf(copy.client), right)
})

test('a raw export keeps asset documents, and goes back where it comes from or elsewhere', async () => {
  const {client, dataset} = await useDataset('assets-raw')
  await fill(client)
  const archive = await exportArchive(client, dataset, {raw: true, mode: 'cursor'})
  const before = await contentsOf(client)
  await importArchive(client, archive, {operation: 'createOrReplace'})
  assert.deepEqual(await contentsOf(client), before)
  const elsewhere = await useDataset('assets-elsewhere')
  await assert.rejects(importArchive(elsewhere.client, archive), /different dataset/)
  await importArchive(elsewhere.client, archive, {allowAssetsInDifferentDataset: true})
  assert.deepEqual(await contentsOf(elsewhere.client), before)
})

test('an export and an import through the project in the path', async () => {
  const {client, dataset} = await useDataset('assets-prefix')
  await client.assets.upload('image', makePng(3, 3))
  const prefixed = createTestClient(dataset, {apiHost: `${client.config().apiHost}/p/${project}`})
  const unpacked = await unpack(await exportArchive(prefixed, dataset))
  assert.equal((await readdir(join(unpacked, 'images'))).length, 1)
})

const website = findWorkload('sanity/company-website-production.tar.gz')

test('a real archive is imported, exported and imported again', {skip: website.skip}, async () => {
  const first = await useDataset('assets-website')
  const {numDocs, warnings} = await importArchive(first.client, website.path)
  assert.deepEqual([numDocs, warnings], [10, []])
  const original = JSON.parse(await readFile(join(await unpack(website.path), 'assets.json'), 'utf8'))
  const assets = await first.client.fetch('*[_type == "sanity.imageAsset"]')
  assert.equal(assets.length, 4)
  for (const asset of assets) {
    const {metadata, originalFilename} = original[`image-${asset.sha1hash}`]
    assert.deepEqual(asset.metadata, metadata)
    assert.equal(asset.originalFilename, originalFilename)
    assert.equal(sha1(await download(asset.url)), asset.sha1hash)
  }
  const second = await useDataset('assets-website-again')
  await importArchive(second.client, await exportArchive(first.client, first.dataset))
  assert.deepEqual(await contentsOf(second.client), await contentsOf(first.client))
})

const movies = findWorkload('sanity/moviedb.ndjson')

test('a real dataset with pictures of ours goes in, out and in again', {skip: movies.skip}, async () => {
  // Only its documents are at hand; the pictures that they name are made up.
  const text = await readFile(movies.path, 'utf8')
  const source = join(folder, 'moviedb')
  await mkdir(join(source, 'images'), {recursive: true})
  await writeFile(join(source, 'data.ndjson'), text)
  const names = new Set(text.matchAll(/image@file:\/\/\.\/images\/([\w.-]+)/g).map(([, name]) => name))
  assert.ok(names.size > 100)
  for (const name of names) {
    await writeFile(join(source, 'images', name), makePng(4, 6))
  }

  const first = await useDataset('assets-movies')
  const {numDocs, warnings} = await sanityImport(source, {client: first.client, operation: 'create'})
  assert.deepEqual([numDocs, warnings], [208, []])
  assert.equal(await first.client.fetch('count(*[_type == "sanity.imageAsset"])'), names.size)
  const second = await useDataset('assets-movies-again')
  await importArchive(second.client, await exportArchive(first.client, first.dataset, {mode: 'cursor'}))
  assert.deepEqual(await contentsOf(second.client), await contentsOf(first.client))
  const dangling = '*[defined(poster.asset) && !defined(poster.asset->url)]._id'
  assert.deepEqual(await second.client.fetch(dangling), [])
})
