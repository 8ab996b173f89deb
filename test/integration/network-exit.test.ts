import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import test from 'ava'

const SCRIPT = `
  const { createNetwork } = await import('./src/network/libp2p-network.ts')
  const ups = [Promise.withResolvers(), Promise.withResolvers()]
  const start = (n) => createNetwork({
    identitySeed: new Uint8Array(32).fill(n + 1),
    listen: ['/ip4/127.0.0.1/tcp/0'],
    manifestHash: 'ab'.repeat(32),
    tag: { manifest: 1, layout: 2 },
    limits: { maxFrame: 1000, window: 4000, maxQueued: 8000 }
  }, {
    link: (_, state) => { if (state === 'up') ups[n].resolve() },
    message() {}, rejected() {}, sent() {}, received() {}, presence() {}
  })
  const [a, b] = [await start(0), await start(1)]
  a.introduce(b.self, b.addresses())
  a.want([b.self, 'nobody'])
  b.want([a.self])
  a.announce({ round: 1, loss: 1, addresses: [] })
  await Promise.all(ups.map(({ promise }) => promise))
  a.send(b.self, { channel: 'bulk', kind: 1, body: new Uint8Array(500) }, 'every')
  await Promise.all([a.stop(), b.stop()])
  console.log('stopped')
`

test('should leave nothing open after stop(), so that the process ends by itself', async (t) => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', SCRIPT], {
    stdio: ['ignore', 'pipe', 'pipe']
  })
  const exit = once(child, 'exit')
  const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr)])
  t.is(errors, '')
  t.is(out, 'stopped\n')
  t.deepEqual(await exit, [0, null])
})
