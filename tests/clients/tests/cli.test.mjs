import assert from 'node:assert/strict'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {after, test} from 'node:test'
import {createCli} from '../cli.mjs'
import {makePng} from '../pictures.mjs'
import {baseUrl, createTestClient, project, token} from './support.mjs'

const cli = await createCli({baseUrl, token, project})
const client = createTestClient()
const suffix = Date.now().toString(36)

after(cli.remove)

/** Waits for all, also when one fails: what goes on in the background must not reach into the next test. */
async function together(...promises) {
  const results = await Promise.allSettled(promises)
  return results.map(({status, value, reason}) => {
    if (status === 'rejected') throw reason
    return value
  })
}

test('projects are created and listed', async () => {
  const answer = await cli.run(
    ...['projects', 'create', 'Made by the CLI', '--json', '--dataset', 'first', '--dataset-visibility', 'private'],
  )
  const {projectId} = JSON.parse(answer.slice(answer.indexOf('{')))
  after(() => client.request({method: 'DELETE', url: `/projects/${projectId}`}))
  const created = await client.projects.getById(projectId)
  assert.equal(created.displayName, 'Made by the CLI')
  assert.equal(created.metadata.integration, 'cli')
  const [listed, datasets] = await together(
    cli.run('projects', 'list'),
    client.request({url: `/projects/${projectId}/datasets`}),
  )
  assert.match(listed, new RegExp(`${projectId}.*Made by the CLI`))
  assert.match(listed, new RegExp(project))
  assert.deepEqual(
    datasets.map(({name, aclMode}) => [name, aclMode]),
    [['first', 'private']],
  )
})

test('datasets are created, listed, opened, aliased and deleted', async () => {
  const name = `cli-${suffix}`
  const find = async () => (await client.datasets.list()).find((dataset) => dataset.name === name)
  await cli.run('datasets', 'create', name, '--visibility', 'private')
  assert.equal((await find()).aclMode, 'private')

  await together(
    cli.run('datasets', 'visibility', 'set', name, 'public'),
    cli.run('datasets', 'alias', 'create', `alias-${suffix}`, name),
  )
  assert.equal((await find()).aclMode, 'public')
  const [listed, visibility] = await together(
    cli.run('datasets', 'list'),
    cli.run('datasets', 'visibility', 'get', name),
  )
  assert.match(listed, new RegExp(`^${name}$`, 'm'))
  assert.match(listed, new RegExp(`~alias-${suffix} -> ${name}`))
  assert.match(visibility, /public/)

  const through = createTestClient(`~alias-${suffix}`)
  const created = await through.create({_type: 'thing'})
  assert.deepEqual(await createTestClient(name).getDocument(created._id), created)

  assert.match(await cli.run('datasets', 'alias', 'unlink', `alias-${suffix}`, '--force'), new RegExp(`unlinked from ${name}`))
  await assert.rejects(through.getDocument(created._id), {statusCode: 404})
  await cli.run('datasets', 'alias', 'link', `alias-${suffix}`, name, '--force')
  assert.equal((await through.getDocument(created._id))._id, created._id)
  await cli.run('datasets', 'alias', 'delete', `alias-${suffix}`, '--force')
  assert.deepEqual(
    (await client.request({url: '/aliases'})).filter((alias) => alias.name === `alias-${suffix}`),
    [],
  )
  await cli.run('datasets', 'delete', name, '--force')
  assert.equal(await find(), undefined)
})

test('a dataset with assets is exported and imported', async () => {
  const [from, to] = [`cli-from-${suffix}`, `cli-to-${suffix}`]
  const [source, target] = [createTestClient(from), createTestClient(to)]
  for (const name of [from, to]) {
    await client.datasets.create(name, {aclMode: 'private'})
    after(() => client.datasets.delete(name))
  }
  const png = makePng(9, 4)
  const {_id} = await source.assets.upload('image', png, {filename: 'of-the-cli.png'})
  await source.create({_id: 'shown', _type: 'thing', image: {_type: 'image', asset: {_type: 'reference', _ref: _id}}})
  const archive = join(await mkdtemp(join(tmpdir(), 'eventstore-cli-export-')), 'archive.tar.gz')
  after(() => rm(dirname(archive), {recursive: true, force: true}))
  await cli.run('datasets', 'export', from, archive)
  await cli.run('datasets', 'import', archive, '--dataset', to)
  const image = await target.fetch('*[_id == "shown"][0].image.asset->{originalFilename, url}')
  assert.equal(image.originalFilename, 'of-the-cli.png')
  assert.ok(image.url.startsWith(baseUrl), image.url)
  const response = await fetch(image.url)
  assert.deepEqual(Buffer.from(await response.arrayBuffer()), png)
})

test('CORS origins are added, listed and deleted', async () => {
  const [one, two] = [`https://one-${suffix}.example.org`, `https://*.two-${suffix}.example.org`]
  await together(
    cli.run('cors', 'add', one, '--credentials'),
    cli.run('cors', 'add', two, '--no-credentials', '--yes'),
  )
  const listed = await cli.run('cors', 'list')
  assert.ok(listed.includes(one) && listed.includes(two), listed)
  const entries = await client.request({url: `/projects/${project}/cors`})
  assert.equal(entries.find(({origin}) => origin === one).allowCredentials, true)
  assert.equal(entries.find(({origin}) => origin === two).allowCredentials, false)
  await together(cli.run('cors', 'delete', one), cli.run('cors', 'delete', two))
  const left = await client.request({url: `/projects/${project}/cors`})
  assert.ok(!left.some(({origin}) => origin === one || origin === two))
})

test('tokens are added, listed with the users, and deleted', async () => {
  const label = `builder-${suffix}`
  const answer = await cli.run('tokens', 'add', label, '--role', 'viewer', '--yes')
  const [, id] = /^ID: (\S+)$/m.exec(answer)
  const [, secret] = /^Token: (\S+)$/m.exec(answer)
  const own = createTestClient('production', {token: secret})
  assert.deepEqual(await own.getDocuments(['missing']), [null])
  await assert.rejects(own.create({_type: 'thing'}), {statusCode: 403})

  const [tokens, users] = await together(cli.run('tokens', 'list'), cli.run('users', 'list'))
  assert.match(tokens, new RegExp(`${label}.*${id}.*viewer`))
  assert.ok(!tokens.includes(secret))
  assert.match(users, /root.*Administrator/)
  assert.match(users, new RegExp(`${label}.*Viewer`))

  await cli.run('tokens', 'delete', id, '--yes')
  await assert.rejects(own.getDocuments(['missing']), {statusCode: 401})
})
