import assert from 'node:assert/strict'
import {applyPatch, incremental} from 'mendoza'
import {readPastDocument, readTransactions, withoutRevision} from './support.mjs'

/**
 * Rebuilds every revision of every document of a dataset from the patches in its log, with both patchers of the npm
 * package, forward from nothing and backward from the end, and compares each with what the server says it was. Answers
 * how many revisions there were.
 */
export async function assertHistoryRebuilds(client, chosen) {
  const ids = chosen ?? (await readDocumentIds(client))
  let count = 0
  for (const id of ids) {
    const steps = await readSteps(client, id)
    assertForward(id, steps)
    assertBackward(id, steps)
    assertIncremental(id, steps)
    count += steps.length
  }

  return count
}

async function readDocumentIds(client) {
  const transactions = await readTransactions(client, {excludeMutations: true})
  return [...new Set(transactions.flatMap(({documentIDs}) => documentIDs))]
}

/** What each transaction did to a document, and the document after it (without its revision; null: there was none). */
async function readSteps(client, id) {
  const parameters = {effectFormat: 'mendoza', includeIdentifiedDocumentsOnly: true}
  const transactions = await readTransactions(client, parameters, [id])
  const steps = []
  for (const transaction of transactions) {
    const effects = transaction.effects?.[id]
    if (!effects) {
      continue
    }

    const document = await readPastDocument(client, id, {revision: transaction.id})
    assert.ok(!document || document._rev === transaction.id, `the revision of ${id} is that of ${transaction.id}`)
    steps.push({...effects, right: document ? withoutRevision(document) : null, name: `${id} at ${transaction.id}`})
  }

  return steps
}

function assertForward(id, steps) {
  let value = null
  for (const {apply, right, name} of steps) {
    value = applyPatch(value, apply) ?? null
    assert.deepEqual(value, right, `apply: ${name}`)
  }
}

function assertBackward(id, steps) {
  let value = steps.at(-1)?.right ?? null
  for (let index = steps.length - 1; index >= 0; index--) {
    const left = index > 0 ? steps[index - 1].right : null
    value = applyPatch(value, steps[index].revert) ?? null
    assert.deepEqual(value, left, `revert: ${steps[index].name}`)
  }
}

function assertIncremental(id, steps) {
  // Every version is kept and compared again at the end: a patch must not change an older version through shared parts.
  const versions = [incremental.wrap(null, 'start')]
  for (const {apply, name} of steps) {
    versions.push(incremental.applyPatch(versions.at(-1), apply, name))
  }

  versions.slice(1).forEach((version, index) => {
    assert.deepEqual(unwrapped(version), steps[index].right, `incremental apply: ${steps[index].name}`)
  })

  let value = versions.at(-1)
  const older = []
  for (let index = steps.length - 1; index >= 0; index--) {
    value = incremental.applyPatch(value, steps[index].revert, `back ${index}`)
    older.push([value, index > 0 ? steps[index - 1].right : null, steps[index].name])
  }

  for (const [version, left, name] of older) {
    assert.deepEqual(unwrapped(version), left, `incremental revert: ${name}`)
  }
}

function unwrapped(version) {
  return incremental.unwrap(version) ?? null
}
