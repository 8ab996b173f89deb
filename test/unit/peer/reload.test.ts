import test from 'ava'
import { type PeerConfig, parsePeerConfig } from '../../../src/peer/config.ts'
import { changesOf, takenOver } from '../../../src/peer/reload.ts'
import { DIGITS } from '../../integration/peer-place.ts'

const configOf = (fields: object = {}): PeerConfig =>
  parsePeerConfig({
    manifest: {
      name: 'reread',
      shards: 3,
      layout: DIGITS.layout.hash,
      seed: 1,
      model: DIGITS.config,
      data: { name: 'mnist', partition: { kind: 'iid' } },
      training: { learningRate: 0.1, batch: 8, localSteps: 8, steps: 80 },
      strategy: { name: 'delta-set' },
      topology: { name: 'full' }
    },
    shard: 0,
    ...fields
  })

const ADDRESS = '/ip4/192.0.2.1/tcp/4001/p2p/12D3KooWKnDdG3iXw9eTFijk3EWSunZcFi54Zka4wmtqtt6rPxc8'

const CHANGEABLE: Record<string, unknown> = {
  budget: { bytesPerRound: 10_000 },
  peers: [ADDRESS],
  bootstrap: [ADDRESS],
  schedule: { train: ['22:00-07:00'] },
  graceSeconds: 7,
  logLevel: 'debug',
  'limits.uploadKBps': 10,
  'limits.downloadKBps': 20
}

const FIXED: Record<string, unknown> = {
  role: 'observer',
  shard: 1,
  state: 'elsewhere',
  listen: ['/ip4/127.0.0.1/tcp/4001'],
  evaluateEvery: 3,
  http: null,
  checkpoint: { keep: 5 },
  'limits.connections': 12,
  'limits.memoryMiB': 4096
}

/** `limits.x` as fields of one section. */
const nested = (fields: Record<string, unknown>): object => {
  const limits = Object.entries(fields)
    .filter(([name]) => name.startsWith('limits.'))
    .map(([name, value]) => [name.slice('limits.'.length), value])
  const others = Object.entries(fields).filter(([name]) => !name.includes('.'))
  return { ...Object.fromEntries(others), limits: Object.fromEntries(limits) }
}

test('fields that differ should be told apart by whether a running peer can take them over', (t) => {
  const { taken, restart } = changesOf(configOf(), configOf(nested({ ...CHANGEABLE, ...FIXED })))
  t.deepEqual([...taken].sort(), Object.keys(CHANGEABLE).sort())
  t.deepEqual([...restart].sort(), Object.keys(FIXED).sort())
  t.deepEqual(changesOf(configOf(), configOf()), { taken: [], restart: [] })
})

test('what a running peer goes on with should be the old config with the fields that may change', (t) => {
  const after = takenOver(configOf(), configOf(nested({ ...CHANGEABLE, ...FIXED })))
  t.deepEqual(after, configOf(nested(CHANGEABLE)))
  // Asked again, the others still wait for a restart.
  const { taken, restart } = changesOf(after, configOf(nested({ ...CHANGEABLE, ...FIXED })))
  t.deepEqual(taken, [])
  t.is(restart.length, Object.keys(FIXED).length)
})
