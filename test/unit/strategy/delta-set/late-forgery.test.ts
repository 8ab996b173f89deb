/** An origin that signs an old number again, when nobody can take back what has come since. */
import test from 'ava'
import { virtualSignature } from '../../../../src/simulation/virtual-signature.ts'
import { digestOf } from '../../../../src/strategy/delta-set/chain.ts'
import type { Statement } from '../../../../src/strategy/delta-set/kinds.ts'
import { Mesh } from './mesh.ts'
import { tinyCompute, tinyStrategy } from './tiny.ts'

const NAMES = ['p0', 'p1', 'p2', 'x']
const EDGES = NAMES.flatMap((_, b) => Array.from({ length: b }, (__, a) => [a, b] as const))
const SEEDS = 20

/** Whatever it says: x has signed it. */
const statement = (byte: number): Statement => {
  const [previous, bodyHash] = [new Uint8Array(32), new Uint8Array(32).fill(byte)]
  const digest = digestOf('5a'.repeat(32), { origin: 'x', seq: 1, previous, bodyHash })
  return { seq: 1, previous, bodyHash, signature: virtualSignature('x', digest) }
}

test('should keep one replica when a proof is older than every log', (t) => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const strategy = tinyStrategy(NAMES.length, 1_000_000, { logBytes: 1024 })
    const mesh = new Mesh({
      strategy,
      names: NAMES,
      edges: EDGES,
      compute: (index) => tinyCompute(strategy, index),
      seed
    })
    mesh.startAll()
    mesh.run(() => mesh.published.length >= 250)
    // A stranger tells one of them, and goes.
    const statements = [statement(1), statement(2)] as const
    const from = 'stranger'
    const names = { kind: 'names', channel: 'control', first: 0, names: ['x'] } as const
    const proof = { kind: 'proof', origin: 0, seq: 1, statements } as const
    mesh.inject(0, { type: 'link', peer: from, state: 'up' })
    mesh.inject(0, { type: 'received', from, message: names })
    mesh.inject(0, { type: 'received', from, message: proof })
    mesh.inject(0, { type: 'link', peer: from, state: 'down' })
    const more = mesh.published.length + 10
    mesh.run(() => mesh.published.length >= more)
    mesh.settle()
    const honest = mesh.peers.slice(0, 3)
    const hashes = new Set(honest.map((_, index) => mesh.hash(index)))
    t.is(hashes.size, 1, `seed ${seed}`)
    for (const { notices, name } of honest) {
      t.true(
        notices.some((notice) => /a snapshot is needed/.test(notice)),
        `${seed}: ${name} was never in trouble`
      )
    }
  }
})
