import { decode, encode } from '@ipld/dag-cbor'
import test from 'ava'
import { none } from '../../../../src/compression/none.ts'
import { topK } from '../../../../src/compression/top-k.ts'
import { FederatedCompute } from '../../../../src/strategy/federated-averaging/compute.ts'
import { inHalves } from '../../../../src/strategy/federated-averaging/halves.ts'
import type { Job } from '../../../../src/strategy/parameter-server/kinds.ts'
import type { Saved } from '../../../../src/vector/saved.ts'
import type { Vector } from '../../../../src/vector/vector.ts'
import { quadraticTrainers } from '../../../helpers/synthetic-trainers.ts'

const LENGTH = 30
const half = topK(0.3, 8)

const make = (algorithm: 'fedprox' | 'scaffold', sparse: boolean): FederatedCompute => {
  const [trainer] = quadraticTrainers(1, LENGTH, 0.1, 4)
  const code = sparse ? half : none
  return new FederatedCompute(
    {
      algorithm: algorithm === 'fedprox' ? { name: algorithm, mu: 0.3 } : { name: algorithm },
      weighting: 'uniform',
      compressor: algorithm === 'scaffold' ? inHalves(code) : code,
      optimizer: { name: 'sgd', rate: 1, momentum: 0.5 },
      clients: 3,
      rateAt: () => 0.1
    },
    trainer!
  )
}

/** A coordinator that trains as well; some updates come too late. */
const jobsOf = (length: number, update: Uint8Array<ArrayBuffer>): readonly Job[] => [
  { kind: 'found', shard: 0, anew: false },
  ...[0, 1, 2, 3].flatMap((round): Job[] => [
    { kind: 'local-steps', steps: 1, from: 3 * round },
    { kind: 'local-steps', steps: 2, from: 3 * round + 1 },
    { kind: 'encode' },
    { kind: 'gather', shard: 0, bytes: update, weight: 2 },
    { kind: 'close', shard: 0, total: 2 },
    {
      ...{ kind: 'adopt', shard: 0, counted: round % 2 === 0 },
      bytes: none.encode(Float32Array.from({ length }, (_, i) => Math.sin(i + round)))
    },
    { kind: 'read', shard: 0 },
    { kind: 'snapshot', shard: 0 }
  ])
]

for (const algorithm of ['fedprox', 'scaffold'] as const) {
  for (const sparse of [false, true]) {
    const which = `${algorithm}${sparse ? ', sparse' : ''}`
    test(`should go on from a checkpoint bit for bit, between any two jobs: ${which}`, (t) => {
      const length = algorithm === 'scaffold' ? 2 * LENGTH : LENGTH
      const code = sparse ? half : none
      const compressor = algorithm === 'scaffold' ? inHalves(code) : code
      const jobs = jobsOf(length, compressor.encode(new Float32Array(length).fill(0.1)))
      const whole = make(algorithm, sparse)
      const results = jobs.map((job) => structuredClone(whole.run(job)))
      for (let k = 0; k <= jobs.length; k++) {
        const early = make(algorithm, sparse)
        for (const job of jobs.slice(0, k)) early.run(job)
        const { vectors, data } = kept(early)
        const saved: Saved = { vectors: structuredClone(vectors), data: decode(encode(data)) }
        const late = make(algorithm, sparse)
        late.run({ kind: 'resume', compute: saved })
        const further = jobs.slice(k).map((job) => structuredClone(late.run(job)))
        t.deepEqual(further, results.slice(k), `after ${k} jobs`)
        t.deepEqual(late.replica, whole.replica)
      }
    })
  }
}

const kept = (compute: FederatedCompute): Saved => {
  const result = compute.run({ kind: 'checkpoint' })
  if (result.kind !== 'checkpoint') throw new Error(result.kind)
  return result.compute
}

test('should not go on from what another algorithm or compression has kept', (t) => {
  const resume = (compute: FederatedCompute, saved: Saved) => () =>
    compute.run({ kind: 'resume', compute: saved })
  const prox = kept(make('fedprox', false))
  t.notThrows(resume(make('fedprox', false), prox))
  t.throws(resume(make('scaffold', false), prox), { instanceOf: RangeError })
  t.throws(resume(make('fedprox', true), prox), { instanceOf: RangeError })
  t.throws(resume(make('fedprox', false), { ...prox, data: {} }), { instanceOf: RangeError })
})

test('an update that is not finite, or of no example, should be none, and c_i stay where it is', (t) => {
  const compute = make('scaffold', true)
  const params = none.encode(new Float32Array(2 * LENGTH))
  const control = (): Vector => kept(compute).vectors['own'] as Vector
  const round = (spoil: boolean): boolean => {
    compute.run({ kind: 'local-steps', steps: 3, from: 0 })
    if (spoil) compute.replica[2] = Number.NaN
    const encoded = compute.run({ kind: 'encode' })
    compute.run({ kind: 'adopt', shard: 0, bytes: params, counted: true })
    return encoded.kind === 'encoded' && encoded.updates[0] !== null
  }
  t.true(round(false))
  const before = control().slice()
  t.true(before.some((value) => value !== 0))
  t.false(round(true))
  t.deepEqual(control(), before)
  t.true(round(false), 'the next one is whole again')
  t.true(control().every(Number.isFinite))
  const idle = compute.run({ kind: 'encode' })
  t.deepEqual(idle, { kind: 'encoded', updates: [null] })
})
