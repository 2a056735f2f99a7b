import {mkdirSync, writeFileSync} from 'node:fs'
import {gzipSync} from 'node:zlib'
import {join} from 'node:path'
import {differing} from './differing.mjs'
import {document} from './documents.mjs'
import {malformedPaths, malformedTextPatches, oddTextPatches} from './malformed.mjs'
import {apply, canonical, isJson} from './mutator.mjs'
import {sample} from './operations.mjs'
import {Random} from './random.mjs'

const target = process.argv[2] ?? '.'
const random = new Random(Number(process.argv[3] ?? 20260207))
const lines = []
const counts = {}

function keep(root, operations) {
  const outcome = apply(root, operations)
  // A server keeps every document identified and typed, whatever a patch says.
  if (
    outcome.result &&
    !(
      isJson(outcome.result) &&
      outcome.result._id === 'd' &&
      outcome.result._type &&
      typeof outcome.result._type === 'string'
    )
  )
    return false
  for (const name of Object.keys(operations)) counts[name] = (counts[name] ?? 0) + 1
  const effect = outcome.throws ? 'throws' : canonical(outcome.result) === canonical(root) ? 'unchanged' : 'changed'
  counts[effect] = (counts[effect] ?? 0) + 1
  lines.push(
    canonical({document: root, patch: operations, ...(outcome.throws ? {throws: true} : {result: outcome.result})}),
  )
  return true
}

for (let count = 0; count < 6000; ) {
  const {document: root, operations} = sample(random)
  if (keep(root, operations)) count++
}

for (const path of malformedPaths) {
  keep(document(random), {set: {[path]: 1}})
  keep(document(random), {unset: [path]})
}

for (const patch of [...malformedTextPatches, ...oddTextPatches]) {
  keep({...document(random), title: 'the quick brown fox 😀 jumps'}, {diffMatchPatch: {title: patch}})
}

mkdirSync(target, {recursive: true})
writeFileSync(join(target, 'agreed.ndjson.gz'), gzipSync(`${lines.join('\n')}\n`, {level: 9}))
writeFileSync(
  join(target, 'differing.ndjson'),
  differing
    .map(({kind, reason, cases}) =>
      cases
        .map(([root, patch, expected]) => {
          const full = {_id: 'd', _type: 'test', ...root}
          const outcome = apply(full, patch)
          const npm = outcome.throws ? {throws: outcome.throws} : {result: outcome.result}
          return `${canonical({document: full, expected: expected === null ? {throws: true} : {result: {_id: 'd', _type: 'test', ...expected}}, kind, npm, patch, reason})}\n`
        })
        .join(''),
    )
    .join(''),
)
console.log(lines.length, counts)
