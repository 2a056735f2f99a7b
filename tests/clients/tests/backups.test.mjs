import assert from 'node:assert/strict'
import {execFile} from 'node:child_process'
import {randomBytes} from 'node:crypto'
import {mkdtemp, readFile, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {after, before, test} from 'node:test'
import {promisify} from 'node:util'
import {createCli} from '../cli.mjs'
import {makePng} from '../pictures.mjs'
import {findProgram} from '../server.mjs'
import {baseUrl, project, token, useDataset, withoutRevision} from './support.mjs'

const run = promisify(execFile)
const cli = await createCli({baseUrl, token, project})
const {client, dataset} = await useDataset('backed-up')
let folder

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eventstore-backups-'))
})

after(cli.remove)
after(() => rm(folder, {recursive: true, force: true}))

/** Runs our command line; gives what it printed, or fails. */
async function eventstore(...words) {
  const connection = ['--url', baseUrl, '--token', token, '--project', project]
  const {stdout} = await run('dotnet', ['exec', findProgram(), ...words, ...connection])
  return stdout
}

/** Calls the server under test; gives what it answers. */
async function call(method, path) {
  const response = await fetch(`${baseUrl}/v2025-02-19/projects/${project}/datasets/${dataset}${path}`, {
    method,
    headers: {authorization: `Bearer ${token}`},
  })
  assert.ok(response.ok, `${method} ${path}: ${response.status}`)
  return response.json()
}

/** Makes a backup and gives its id. */
async function makeBackup() {
  const {id} = await call('POST', '/backups')
  for (;;) {
    const {backups} = await call('GET', '/backups')
    if (backups.some((backup) => backup.id === id)) {
      return id
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

/** All documents by id, without what an import makes anew; of assets their contents alone. */
async function contentsOf(ofClient) {
  const documents = await ofClient.fetch('*', {}, {perspective: 'raw'})
  return new Map(
    documents.map((document) => {
      const {_createdAt, _updatedAt, ...content} = withoutRevision(document)
      return [document._id, content._type.startsWith('sanity.') ? {sha1: content.sha1hash, size: content.size} : content]
    }),
  )
}

async function fill() {
  const transaction = client.transaction().create({_id: 'plain', _type: 'plain', text: 'Blåbær 🫐', n: 1.5})
  for (let index = 0; index < 600; index++) {
    transaction.create({_id: `post-${index}`, _type: 'post', index, other: {_type: 'reference', _ref: 'plain'}})
  }
  const image = await client.assets.upload('image', makePng(9, 7), {filename: 'a.png'})
  const file = await client.assets.upload('file', randomBytes(100_000), {filename: 'b.mp4'})
  transaction.create({
    _id: 'drafts.shows',
    _type: 'post',
    image: {_type: 'image', asset: {_type: 'reference', _ref: image._id}, hotspot: {x: 0.5, y: 0.25}},
    attachments: [{_key: 'k', _type: 'file', asset: {_type: 'reference', _ref: file._id}}],
  })
  await transaction.commit()
}

test('backups enable and disable switch daily backups', async () => {
  await cli.run('backups', 'enable', dataset)
  assert.equal((await call('GET', '/settings/backups')).enabled, true)
  await cli.run('backups', 'disable', dataset)
  assert.equal((await call('GET', '/settings/backups')).enabled, false)
})

test('backups list shows them, and download gives a tarball that dataset import takes', async () => {
  await fill()
  const contents = await contentsOf(client)
  const id = await makeBackup()
  await client.createOrReplace({_id: 'post-1', _type: 'post', later: true})
  await client.delete('post-2')
  assert.match(await cli.run('backups', 'list', dataset), new RegExp(id))

  const file = join(folder, 'backup.tar.gz')
  await cli.run('backups', 'download', dataset, '--backup-id', id, '--out', file, '--overwrite')
  const {client: target, dataset: targetName} = await useDataset('brought-back')
  await cli.run('datasets', 'import', file, '--dataset', targetName, '--replace')
  const imported = await contentsOf(target)
  assert.deepEqual([...imported.keys()].sort(), [...contents.keys()].sort())
  for (const [name, content] of contents) {
    assert.deepEqual(imported.get(name), content)
  }
})

test('eventstore backup makes, lists, proves and downloads', async () => {
  const id = (await eventstore('backup', 'create', dataset)).trim()
  assert.match(id, /^\d{4}-\d\d-\d\d-[0-9a-f-]{36}$/)
  assert.equal((await eventstore('backup', 'list', dataset)).split('\t')[0], id)

  const certificate = join(folder, 'certificate.json')
  assert.match(await eventstore('backup', 'verify', dataset, '--certificate', certificate), /is whole: /)
  const {backup, signature} = JSON.parse(await readFile(certificate, 'utf8'))
  assert.equal(backup, id)
  assert.match(signature.value, /^[0-9a-f]{32}$/)

  const file = join(folder, 'ours.tar.gz')
  await eventstore('backup', 'download', dataset, file, '--backup', id)
  const {client: target, dataset: targetName} = await useDataset('brought-back-by-ours')
  await eventstore('import', targetName, file)
  assert.deepEqual(await contentsOf(target), await contentsOf(client))
})
