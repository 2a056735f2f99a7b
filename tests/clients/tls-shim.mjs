// Loaded into the sanity CLI with `--import`: whatever it would send to its vendor's hosts over TLS goes to the server
// under test instead, in the clear. The Host header stays what it was, which is how a server learns the project.
import net from 'node:net'
import tls from 'node:tls'

const VENDOR = /^([\w-]+\.)?(api|apicdn|cdn)\.sanity\.(io|work)$/
const {hostname, port} = new URL(process.env.EVENTSTORE_SHIM_TARGET)
const connect = tls.connect

tls.connect = (...parameters) => {
  const options = parameters.find((parameter) => parameter && typeof parameter === 'object') ?? {}
  if (!VENDOR.test(options.servername || options.host || '')) {
    return connect(...parameters)
  }

  const socket = net.connect(Number(port), hostname)
  Object.assign(socket, {encrypted: true, authorized: true, alpnProtocol: false})
  socket.once('connect', () => socket.emit('secureConnect'))
  const listener = parameters.find((parameter) => typeof parameter === 'function')
  if (listener) {
    socket.once('secureConnect', listener)
  }

  return socket
}
