import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import test from 'ava'
import { createFinder } from './discovery-harness.ts'

const GROUP = '224.0.0.251'
const PORT = 5353

const open = async (): Promise<Socket> => {
  const socket = createSocket({ type: 'udp4', reuseAddr: true })
  socket.bind(PORT)
  await once(socket, 'listening')
  socket.addMembership(GROUP)
  socket.setMulticastLoopback(true)
  return socket
}

/** Why multicast between two processes of this machine does not work; null: it does. */
const whyNot = async (): Promise<string | null> => {
  const sockets: Socket[] = []
  try {
    sockets.push(await open(), await open())
    const text = `probe ${process.pid}`
    const heard = Promise.withResolvers<void>()
    sockets[1]!.on('message', (message) => message.toString() === text && heard.resolve())
    await new Promise<void>((resolve, reject) =>
      sockets[0]!.send(text, PORT, GROUP, (error) => (error === null ? resolve() : reject(error)))
    )
    const silent = Symbol('silent')
    const outcome = await Promise.race([
      heard.promise,
      once(AbortSignal.timeout(3000), 'abort').then(() => silent)
    ])
    return outcome === silent ? 'a multicast datagram did not come back' : null
  } catch (error) {
    return `${error}`
  } finally {
    for (const socket of sockets) socket.close()
  }
}

const why = await whyNot()
const heard = why === null ? test : test.skip
const title = (text: string): string =>
  why === null ? text : `${text} (no multicast here: ${why})`

heard(
  title('should find members of the same swarm on this network, and nobody else'),
  async (t) => {
    const options = { mdns: true, dht: 'off', listen: ['/ip4/0.0.0.0/tcp/0'] } as const
    const stranger = await createFinder(t, 201, { ...options, manifestHash: 'b'.repeat(64) })
    const [a, b] = [await createFinder(t, 202, options), await createFinder(t, 203, options)]
    await Promise.all([a.until([b.name]), b.until([a.name])])
    t.deepEqual([...a.found.keys()], [b.name])
    t.is(stranger.found.size, 0)
    for (const address of a.found.get(b.name)!) t.notRegex(address, /127\.0\.0\.1/)
  }
)

heard(
  title('should find those that listen on loopback only, by their loopback addresses'),
  async (t) => {
    const options = { mdns: true, dht: 'off', manifestHash: 'c'.repeat(64) } as const
    const [a, b] = [await createFinder(t, 211, options), await createFinder(t, 212, options)]
    await Promise.all([a.until([b.name]), b.until([a.name])])
    t.regex(a.found.get(b.name)![0]!, /^\/ip4\/127\.0\.0\.1\/tcp\/\d+$/)
  }
)
