// groq-js as a peer: documents from a file, parsed once; takes {query, milliseconds} lines, answers what one evaluation
// took, from the text of the query to the text of the result, and the result. Without a query: what parsing the
// documents takes.
import {readFileSync} from 'node:fs'
import {createInterface} from 'node:readline'
import {evaluate, parse} from 'groq-js'

const [file, parameters] = process.argv.slice(2)
const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
const readDocuments = () => lines.map((line) => JSON.parse(line))
const dataset = readDocuments()
const params = JSON.parse(parameters)

async function run(query) {
  const value = await evaluate(parse(query, {params}), {dataset, params})
  return JSON.stringify(await value.get())
}

/** What it takes to have the documents as objects. */
function readAgain() {
  const start = process.hrtime.bigint()
  const count = readDocuments().length
  return {nanoseconds: Number(process.hrtime.bigint() - start), result: count}
}

for await (const line of createInterface({input: process.stdin})) {
  const {query, milliseconds} = JSON.parse(line)
  if (query === undefined) {
    process.stdout.write(JSON.stringify(readAgain()) + '\n')
    continue
  }
  let times = 0
  let result
  const start = process.hrtime.bigint()
  let took
  do {
    result = await run(query)
    times++
    took = Number(process.hrtime.bigint() - start)
  } while (took < milliseconds * 1e6)
  process.stdout.write(`{"nanoseconds":${took / times},"result":${result ?? null}}\n`)
}
