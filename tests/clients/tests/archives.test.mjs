import assert from 'node:assert/strict'
import {execFile} from 'node:child_process'
import {randomBytes} from 'node:crypto'
import {createReadStream} from 'node:fs'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {after, before, test} from 'node:test'
import {promisify} from 'node:util'
import {exportDataset} from '@sanity/export'
import {sanityImport} from '@sanity/import'
import {makePng} from '../pictures.mjs'
import {findProgram} from '../server.mjs'
import {baseUrl, project, token, useDataset, withoutRevision} from './support.mjs'
import {findWorkload} from './workloads.mjs'

const run = promisify(execFile)
let folder

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eventstore-archives-'))
})

after(() => rm(folder, {recursive: true, force: true}))

/** Runs our command line; gives what it printed, or fails. */
async function eventstore(...words) {
  const connection = ['--url', baseUrl, '--token', token, '--project', project]
  const {stdout} = await run('dotnet', ['exec', findProgram(), ...words, ...connection])
  return stdout
}

/**
 * All documents of a dataset by id, without what belongs to one place and time: revisions, and where assets are. The npm
 * import changes documents after it has written them, so what comes of it has times of its own.
 */
async function contentsOf(client, {hasTimes = false} = {}) {
  const documents = await client.fetch('*', {}, {perspective: 'raw'})
  return new Map(
    documents.map((document) => {
      const {url, path, uploadId, ...content} = withoutRevision(document)
      if (!hasTimes || document._type.startsWith('sanity.')) {
        delete content._createdAt
        delete content._updatedAt
      }
      return [document._id, content]
    }),
  )
}

function assertEqual(right, left) {
  assert.deepEqual([...right.keys()].sort(), [...left.keys()].sort())
  for (const [id, content] of left) {
    assert.deepEqual(right.get(id), content)
  }
}

async function fill(client) {
  const transaction = client.transaction()
  for (let index = 0; index < 12; index++) {
    const image = await client.assets.upload('image', makePng(5 + index, 7), {filename: `blåbær-${index}.png`})
    await client.patch(image._id).set({altText: `alt ${index}`, 'metadata.lqip': 'data:image/png;base64,AA=='}).commit()
    const file = await client.assets.upload('file', randomBytes(1000), {filename: `film-${index}.mp4`})
    transaction.create({
      _id: `${index % 4 === 0 ? 'drafts.' : ''}post-${index}`,
      _type: 'post',
      image: {_type: 'image', asset: {_type: 'reference', _ref: image._id}, hotspot: {x: 0.5, y: 0.25}},
      attachments: [{_key: 'k', _type: 'file', asset: {_type: 'reference', _ref: file._id}}],
      other: {_type: 'reference', _ref: 'plain'},
    })
  }
  transaction.create({_id: 'plain', _type: 'note', back: {_type: 'reference', _ref: 'post-1'}})
  await transaction.commit()
}

test('our archive is read by @sanity/import, and by our import', async () => {
  const {client, dataset} = await useDataset('archives-ours')
  await fill(client)
  const archive = join(folder, 'ours.tar.gz')
  await eventstore('export', dataset, archive, '--assets')
  const expected = await contentsOf(client)

  const theirs = await useDataset('archives-ours-theirs')
  const {numDocs, warnings} = await sanityImport(createReadStream(archive), {client: theirs.client, operation: 'create'})
  assert.deepEqual([numDocs, warnings], [13, []])
  assertEqual(await contentsOf(theirs.client), expected)

  const ours = await useDataset('archives-ours-ours')
  assert.match(await eventstore('import', ours.dataset, archive), /13 documents .* 24 assets/)
  assertEqual(await contentsOf(ours.client, {hasTimes: true}), await contentsOf(client, {hasTimes: true}))
  assert.match(await eventstore('import', theirs.dataset, archive), /0 assets \(24 already there\)/)
})

test('an archive of @sanity/export is read by our import, and again without a change', async () => {
  const {client, dataset} = await useDataset('archives-theirs')
  await fill(client)
  const archive = join(folder, 'theirs.tar.gz')
  await exportDataset({client, dataset, outputPath: archive, mode: 'stream'})
  const copy = await useDataset('archives-theirs-ours')
  assert.match(await eventstore('import', copy.dataset, archive), /13 documents .* 24 assets/)
  assertEqual(await contentsOf(copy.client, {hasTimes: true}), await contentsOf(client, {hasTimes: true}))
  assert.match(await eventstore('import', copy.dataset, archive), /0 documents \(13 already .* 0 assets \(24 already/)
})

test('an archive of the past is read by @sanity/import', async () => {
  const {client, dataset} = await useDataset('archives-past')
  await fill(client)
  const expected = await contentsOf(client)
  const {_rev} = await client.getDocument('plain')
  await client.delete({query: '*[_type in ["post", "note"]]'})
  await client.delete({query: '*[_type == "sanity.imageAsset"]'})
  const archive = join(folder, 'past.tar.gz')
  await eventstore('export', dataset, archive, '--assets', '--revision', _rev)
  const copy = await useDataset('archives-past-copy')
  await sanityImport(createReadStream(archive), {client: copy.client, operation: 'create'})
  assertEqual(await contentsOf(copy.client), expected)
})

const website = findWorkload('sanity/company-website-production.tar.gz')

test('a real archive is imported alike by both', {skip: website.skip}, async () => {
  const theirs = await useDataset('archives-website-theirs')
  await sanityImport(createReadStream(website.path), {client: theirs.client, operation: 'create'})
  const ours = await useDataset('archives-website-ours')
  assert.match(await eventstore('import', ours.dataset, website.path), /10 documents .* 4 assets/)
  assertEqual(await contentsOf(ours.client), await contentsOf(theirs.client))
})
