import {spawn} from 'node:child_process'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {fileURLToPath, pathToFileURL} from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const TIMEOUT_MS = 120_000

/** The unmodified sanity CLI in a project folder of its own, its requests led to the server under test. */
export async function createCli({baseUrl, token, project}) {
  const folder = await mkdtemp(join(tmpdir(), 'eventstore-cli-'))
  await writeFile(join(folder, 'package.json'), '{"name":"cli-tests","private":true,"type":"module"}')
  const config = {api: {projectId: project, dataset: 'production'}}
  await writeFile(join(folder, 'sanity.cli.js'), `export default ${JSON.stringify(config)}`)
  const environment = {
    ...process.env,
    NODE_OPTIONS: `--import ${pathToFileURL(join(here, 'tls-shim.mjs'))}`,
    EVENTSTORE_SHIM_TARGET: baseUrl,
    SANITY_AUTH_TOKEN: token,
    HOME: folder,
    CI: '1',
    DO_NOT_TRACK: '1',
    NO_COLOR: '1',
    NO_UPDATE_NOTIFIER: '1',
  }

  return {
    /** Runs one command; gives what it printed, or fails with it. */
    async run(...words) {
      const program = join(here, 'node_modules/@sanity/cli/bin/run.js')
      const child = spawn(process.execPath, [program, ...words], {
        cwd: folder,
        env: environment,
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: TIMEOUT_MS,
      })
      let output = ''
      let errors = ''
      child.stdout.setEncoding('utf8').on('data', (text) => (output += text))
      child.stderr.setEncoding('utf8').on('data', (text) => (errors += text))
      const code = await new Promise((resolve) => child.on('close', resolve))
      if (code !== 0) {
        throw new Error(`sanity ${words.join(' ')} ended with ${code}:\n${output}${errors}`)
      }

      return withoutColours(output)
    },
    remove: () => rm(folder, {recursive: true, force: true}),
  }
}

/** The CLI colours its tables whatever it is told. */
function withoutColours(text) {
  return text.replaceAll(/\u001b\[[0-9;]*m/g, '')
}
