import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {existsSync, statSync} from 'node:fs'
import {chmod, mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'

const START_TIMEOUT_MS = 120_000
const STOP_TIMEOUT_MS = 30_000
const TOKEN = 'client-tests-root-token'
const PROJECT = 'clienttests'

/** Starts the built server on a free port, with a data folder of its own and perhaps further settings. */
export async function startServer(settings = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'eventstore-clients-'))
  // A server run by root gives its PostgreSQL to another user, who has to get into the folder.
  await chmod(folder, 0o711)
  const options = ['--urls', 'http://127.0.0.1:0', '--data', join(folder, 'data')]
  const process_ = spawn('dotnet', [findProgram(), 'serve', ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...withoutServerSettings(process.env),
      EVENTSTORE_ROOT_TOKEN: TOKEN,
      EVENTSTORE_PROJECT: PROJECT,
      ...settings,
    },
  })
  const exited = once(process_, 'exit')
  const stop = async () => {
    process_.kill('SIGTERM')
    const insist = setTimeout(() => process_.kill('SIGKILL'), STOP_TIMEOUT_MS)
    await exited
    clearTimeout(insist)
    await rm(folder, {recursive: true, force: true})
  }

  try {
    return {url: await waitForAddress(process_), token: TOKEN, project: PROJECT, stop}
  } catch (error) {
    await stop()
    throw error
  }
}

function withoutServerSettings(environment) {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !/^(EVENTSTORE_|ASPNETCORE_|ConnectionStrings__)/.test(name)),
  )
}

/** The built program, to be run by `dotnet`. */
export function findProgram() {
  if (process.env.EVENTSTORE_PROGRAM) {
    return process.env.EVENTSTORE_PROGRAM
  }

  const output = join(dirname(fileURLToPath(import.meta.url)), '../../src/EventStore.Cli/bin')
  const built = ['Release', 'Debug'].map((name) => join(output, name, 'net10.0/eventstore.dll')).filter(existsSync)
  if (built.length === 0) {
    throw new Error('The server is not built: run "dotnet build src/EventStore.Cli" first, or set BASE_URL.')
  }

  return built.sort((left, right) => statSync(right).mtimeMs - statSync(left).mtimeMs)[0]
}

function waitForAddress(process_) {
  return new Promise((resolve, reject) => {
    let text = ''
    const timer = setTimeout(() => reject(new Error(`The server did not start in time:\n${text}`)), START_TIMEOUT_MS)
    const finish = (action, value) => {
      clearTimeout(timer)
      action(value)
    }
    process_.stdout.setEncoding('utf8')
    process_.stdout.on('data', (chunk) => {
      text = (text + chunk).slice(-65536)
      const address = /serves project .* at (http:\/\/\S+)/.exec(text)
      if (address) {
        finish(resolve, address[1])
      }
    })
    process_.on('error', (error) => finish(reject, error))
    process_.on('exit', (code) => finish(reject, new Error(`The server ended with code ${code}:\n${text}`)))
  })
}
