/** Hashes that peers tell while they train: equal cuts have equal hashes, and peers meet at cuts. */
import test from 'ava'
import { createDeltaSwarm, type DeltaSetting, type DeltaSwarm } from '../helpers/delta-swarm.ts'
import { runOn } from '../helpers/faulty-swarm.ts'

const SETTING: DeltaSetting = { peers: 8, rounds: 120, length: 4000 }

const run = (setting: DeltaSetting): DeltaSwarm => {
  const whole = createDeltaSwarm(setting)
  whole.swarm.begin()
  runOn(whole.swarm)
  return whole
}

/** Of every cut the hashes, and who has told them. */
const byCut = ({ compared }: DeltaSwarm) => {
  const cuts = new Map<string, { readonly hashes: Set<string>; readonly peers: Set<number> }>()
  for (const { cut, hash, peer } of compared) {
    const known = cuts.get(cut) ?? { hashes: new Set(), peers: new Set() }
    cuts.set(cut, known)
    known.hashes.add(hash)
    known.peers.add(peer)
  }
  return cuts
}

for (const [name, more] of Object.entries({
  'in a quiet swarm': {},
  'with slow peers and lost frames': {
    network: { loss: 0.01, latencyMs: 30 },
    stepMs: (peer: number) => 10 + 5 * peer
  },
  'with peers that come and go': {
    faults: [{ kind: 'churn', meanUpMs: 1500, meanAwayMs: 300, losses: 0.5, toMs: 4000 }]
  }
})) {
  test(`should tell equal hashes at equal cuts, ${name}`, (t) => {
    const whole = run({ ...SETTING, ...more, followers: [3] })
    const cuts = byCut(whole)
    for (const [cut, { hashes }] of cuts) {
      t.regex(cut, /^[0-9a-f]{16}$/)
      t.is(hashes.size, 1, cut)
      for (const hash of hashes) t.regex(hash, /^[0-9a-f]{16}$/)
    }
    for (const { hash, fingerprint } of whole.compared) t.true(fingerprint.startsWith(hash))
    const shared = [...cuts.values()].filter(({ peers }) => peers.size > 1)
    t.log(`${whole.compared.length} hashes, ${cuts.size} cuts, ${shared.length} of them shared`)
    t.true(shared.length > 0)
    t.true(shared.some(({ peers }) => peers.has(3)) || name !== 'in a quiet swarm')
  })
}
