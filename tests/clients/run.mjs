// Runs the suite against BASE_URL (with TOKEN and PROJECT), or against a server of its own that it starts and stops.
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {startServer} from './server.mjs'

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 12)) {
  console.error(`The clients under test need Node.js 22.12 or later; this is ${process.versions.node}.`)
  process.exit(1)
}

const here = dirname(fileURLToPath(import.meta.url))
const server = process.env.BASE_URL ? undefined : await startServer()
const environment = server
  ? {...process.env, BASE_URL: server.url, TOKEN: server.token, PROJECT: server.project}
  : process.env

try {
  // One file at a time: the server shares the machine with whoever runs this. TAP, so that the counts can be read by
  // machines.
  const run = spawn(
    process.execPath,
    ['--test', '--test-concurrency=1', '--test-reporter=tap', ...process.argv.slice(2), join(here, 'tests/*.test.mjs')],
    {stdio: 'inherit', env: environment},
  )
  const [code] = await once(run, 'exit')
  process.exitCode = code ?? 1
} finally {
  await server?.stop()
}
