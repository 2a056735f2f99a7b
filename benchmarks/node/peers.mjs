// The npm side of the comparisons of the diff format: takes orders as JSON lines from standard input, does them on
// documents in files, and answers each with what it took. Run with --expose-gc, so that garbage of reading the files is
// collected before the clock runs.
import {openSync, readSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {isDeepStrictEqual} from 'node:util'
import fastJsonPatch from 'fast-json-patch'
import {create} from 'jsondiffpatch'
import {applyPatch} from 'mendoza'

const differs = {
  // Array items are told apart by _key, as Portable Text has it.
  jsondiffpatch: (() => {
    const library = create({objectHash: (item, index) => item._key ?? `$$index:${index}`})
    return (left, right) => library.diff(left, right)
  })(),
  'fast-json-patch': (left, right) => fastJsonPatch.compare(left, right),
}

const sets = new Map()

// How long this thread has been running, where Node.js can tell.
const hasThreadTime = process.platform === 'linux' && typeof process.threadCpuUsage === 'function'

function now() {
  if (hasThreadTime) {
    // Linux brings a thread's account up to date at ticks of some milliseconds, and when that of the process is asked for.
    process.cpuUsage()
    const {user, system} = process.threadCpuUsage()
    return (user + system) * 1000
  }
  return Number(process.hrtime.bigint())
}

/** Opens the files of a set: texts one after the other, and how long each is, by chain. */
function open({folder, name}) {
  const chains = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'))
  let documents = 0
  let patches = 0
  const located = chains.map(([documentLengths, patchLengths]) => {
    const chain = {documents, documentLengths, patches, patchLengths}
    documents += documentLengths.reduce((sum, length) => sum + length, 0)
    patches += patchLengths.reduce((sum, length) => sum + length, 0)
    return chain
  })
  sets.set(name, {
    chains: located,
    documents: openSync(join(folder, `${name}.documents`)),
    patches: openSync(join(folder, `${name}.patches`)),
  })
  return {hasThreadTime}
}

function readTexts(file, position, lengths) {
  const buffer = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + length, 0))
  for (let read = 0; read < buffer.length; ) {
    read += readSync(file, buffer, read, buffer.length - read, position + read)
  }
  let end = 0
  return lengths.map((length) => buffer.toString('utf8', end, (end += length)))
}

/** The texts of some chains, in portions that fit into memory. */
function* portions(set, from, to) {
  const most = 16 * 1024 * 1024
  let portion = []
  let size = 0
  for (const chain of set.chains.slice(from, to)) {
    portion.push({
      documents: readTexts(set.documents, chain.documents, chain.documentLengths),
      patches: readTexts(set.patches, chain.patches, chain.patchLengths),
    })
    size += chain.documentLengths.reduce((sum, length) => sum + length, 0)
    if (size >= most) {
      yield portion
      portion = []
      size = 0
    }
  }
  if (portion.length > 0) {
    yield portion
  }
}

/** Some pairs are refused: jsondiffpatch takes a key like "toString" for the function every object inherits. */
let refused = 0

function attempt(diff, left, right) {
  try {
    return diff(left, right)
  } catch {
    refused++
    return undefined
  }
}

const works = {
  /** Text to text: both documents are parsed, the delta is printed. */
  diffText(portion, {library}) {
    const diff = differs[library]
    let length = 0
    for (const {documents} of portion) {
      for (let index = 1; index < documents.length; index++) {
        const delta = attempt(diff, JSON.parse(documents[index - 1]), JSON.parse(documents[index]))
        length += JSON.stringify(delta)?.length ?? 0
      }
    }
    return length
  },

  /** Objects to a delta: nothing is parsed or printed while the clock runs. */
  diffObjects(portion, {library}) {
    const diff = differs[library]
    let length = 0
    for (const {objects} of portion) {
      for (let index = 1; index < objects.length; index++) {
        length += attempt(diff, objects[index - 1], objects[index]) === undefined ? 0 : 1
      }
    }
    return length
  },

  /** Text to text: document and patch are parsed, the result is printed. */
  apply(portion) {
    let length = 0
    for (const {documents, patches} of portion) {
      for (let index = 0; index < patches.length; index++) {
        length += JSON.stringify(applyPatch(JSON.parse(documents[index]), JSON.parse(patches[index]))).length
      }
    }
    return length
  },

  /** Text to text: the first document and all patches are parsed, only the last result is printed. */
  replay(portion) {
    let length = 0
    for (const {documents, patches} of portion) {
      let state = JSON.parse(documents[0])
      for (const patch of patches) {
        state = applyPatch(state, JSON.parse(patch))
      }
      length += JSON.stringify(state).length
    }
    return length
  },

  /** Every patch must lead to its document. */
  check(portion) {
    for (const {documents, patches} of portion) {
      patches.forEach((patch, index) => {
        const result = applyPatch(JSON.parse(documents[index]), JSON.parse(patch))
        if (!isDeepStrictEqual(result, JSON.parse(documents[index + 1]))) {
          throw new Error(`npm mendoza gave another document for ${patch}`)
        }
      })
    }
    return 0
  },
}

function work(order) {
  const set = sets.get(order.name)
  let nanoseconds = 0
  let length = 0
  refused = 0
  for (const portion of portions(set, order.from, order.to)) {
    if (order.work === 'diffObjects') {
      for (const chain of portion) {
        chain.objects = chain.documents.map((text) => JSON.parse(text))
      }
    }
    globalThis.gc?.()
    const start = now()
    length += works[order.work](portion, order)
    nanoseconds += now() - start
  }
  return {nanoseconds, length, refused}
}

for await (const line of createInterface({input: process.stdin})) {
  const order = JSON.parse(line)
  let answer
  try {
    answer = order.work === 'open' ? open(order) : work(order)
  } catch (error) {
    answer = {error: String(error)}
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`)
}
