import assert from 'node:assert/strict'
import {after, test} from 'node:test'
import {createTestClient, project} from './support.mjs'

const client = createTestClient()

test('projects are listed and found', async () => {
  const listed = (await client.projects.list()).find(({id}) => id === project)
  assert.ok(listed.members.length > 0 && listed.features.includes('privateDataset'))
  const [small] = await client.projects.list({includeMembers: false, includeFeatures: false, onlyExplicitMembership: true})
  assert.ok(!('members' in small) && !('features' in small))
  assert.deepEqual(await client.projects.list({organizationId: 'nobody'}), [])

  const found = await client.projects.getById(project)
  assert.deepEqual(found, listed)
  for (const key of ['displayName', 'studioHost', 'organizationId', 'isBlocked', 'isDisabled', 'isDisabledByUser']) {
    assert.ok(key in found, key)
  }
  for (const key of ['createdAt', 'maxRetentionDays', 'metadata']) {
    assert.ok(key in found, key)
  }
  await assert.rejects(client.projects.getById('nowhere'), (error) => {
    assert.equal(error.statusCode, 404)
    assert.equal(error.response.body.errorCode, 'SIO-404-PNF')
    return true
  })
})

test('a second project has datasets of its own and can be closed', async () => {
  const {id} = await client.request({method: 'POST', url: '/projects', body: {displayName: 'Second'}})
  after(() => client.request({method: 'DELETE', url: `/projects/${id}`}))
  const second = createTestClient('production', {projectId: id})
  assert.deepEqual(await second.datasets.list(), [])
  await second.datasets.create('production', {aclMode: 'private'})
  assert.equal((await second.datasets.list()).length, 1)
  assert.deepEqual(await second.request({method: 'PATCH', url: `/projects/${id}`, body: {isDisabledByUser: true}}).then(
    (answer) => answer.isDisabledByUser,
  ), true)
  await assert.rejects(second.getDocument('a'), (error) => error.statusCode === 403 && /disabled/.test(error.message))
})

test('datasets are created, edited, listed and deleted', async () => {
  const name = `edited-${Date.now().toString(36)}`
  assert.deepEqual(await client.datasets.create(name, {aclMode: 'private', description: 'One'}), {
    datasetName: name,
    aclMode: 'private',
    description: 'One',
  })
  assert.deepEqual(await client.datasets.edit(name, {aclMode: 'public'}), {
    datasetName: name,
    aclMode: 'public',
    description: 'One',
  })
  const entry = (await client.datasets.list()).find((dataset) => dataset.name === name)
  assert.equal(entry.aclMode, 'public')
  assert.equal(entry.createdByUserId, 'root')
  assert.deepEqual([entry.addonFor, entry.datasetProfile, entry.tags], [null, 'content', []])
  await assert.rejects(client.datasets.edit(name, {aclMode: 'open'}), /aclMode/)
  assert.deepEqual(await client.datasets.delete(name), {deleted: true})
})

test('users are found by id and as oneself', async () => {
  const me = await client.users.getById('me')
  assert.equal(me.role, 'administrator')
  assert.deepEqual(me.roles.map(({name}) => name), ['administrator'])
  assert.equal((await client.users.getById(me.id)).id, me.id)
})

test('whoever sends no token or a bad one is told so in the shape clients know', async () => {
  for (const token of [undefined, 'nonsense']) {
    await assert.rejects(createTestClient(undefined, {token}).projects.list(), (error) => {
      assert.equal(error.statusCode, 401)
      assert.equal(error.response.body.errorCode, 'SIO-401-ANF')
      return true
    })
  }
})
