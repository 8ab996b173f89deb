/**
 * One coordinator and its clients against SCAFFOLD's and FedAvg's rules as they are published, in float64,
 * with clients that are drawn in turns and updates that come too late to count.
 */
import test from 'ava'
import { none } from '../../../../src/compression/none.ts'
import { seeded } from '../../../../src/random.ts'
import { FederatedCompute } from '../../../../src/strategy/federated-averaging/compute.ts'
import { inHalves } from '../../../../src/strategy/federated-averaging/halves.ts'
import type { Job, Result } from '../../../../src/strategy/parameter-server/kinds.ts'
import type { Trainer } from '../../../../src/strategy/strategy.ts'
import { layoutOf } from '../../../../src/vector/layout.ts'
import type { Bytes } from '../../../../src/vector/vector.ts'
import { nothingSaved } from '../../../helpers/synthetic-trainers.ts'

const CLIENTS = 6
const LENGTH = 9
const STEPS = 5
const ROUNDS = 60
/** Of step k, which falls. */
const rateAt = (step: number): number => 0.2 / (1 + step / 100)

const random = seeded(8)
const bowls = Array.from({ length: CLIENTS }, () => ({
  h: 0.2 + random.next(),
  centre: Array.from({ length: LENGTH }, () => random.normal())
}))

const trainerOf = (client: number): Trainer => ({
  ...nothingSaved,
  rows: 1 + client,
  layout: layoutOf([{ name: 'x', shape: [LENGTH] }]),
  initial: () => new Float32Array(LENGTH),
  train: (replica, steps, from, correction = null) => {
    const { h, centre } = bowls[client]!
    for (let step = from; step < from + steps; step++) {
      for (let i = 0; i < LENGTH; i++) {
        const slope = h * (replica[i]! - centre[i]!) + (correction?.[i] ?? 0)
        replica[i] = replica[i]! - rateAt(step) * slope
      }
    }
    return { loss: 1, samples: steps }
  }
})

const SERVER_RATE = 0.8

const makeOf = (algorithm: 'fedavg' | 'scaffold', weighting: 'uniform' | 'samples') => {
  const compressor = algorithm === 'scaffold' ? inHalves(none) : none
  const optimizer = { name: 'sgd', rate: SERVER_RATE, momentum: 0 } as const
  const options = { weighting, compressor, optimizer, clients: CLIENTS, rateAt }
  return (client: number) =>
    new FederatedCompute({ ...options, algorithm: { name: algorithm } }, trainerOf(client))
}

const result = <K extends Result['kind']>(
  compute: FederatedCompute,
  job: Job,
  kind: K
): Extract<Result, { kind: K }> => {
  const found = compute.run(job)
  if (found.kind !== kind) throw new Error(found.kind)
  return found as Extract<Result, { kind: K }>
}

const read = (coordinator: FederatedCompute): Bytes =>
  result(coordinator, { kind: 'read', shard: 0 }, 'read').bytes

const zeros = (): number[] => Array.from({ length: LENGTH }, () => 0)

/** Algorithm 1 of Karimireddy et al. 2020, option II; with `control` off, McMahan's FedAvg. */
const published = (control: boolean, weightOf: (client: number) => number) => {
  let x = zeros()
  let c = zeros()
  const own = bowls.map(zeros)
  const round = (drawn: readonly number[], late: ReadonlySet<number>, first: number): void => {
    const counted = drawn.filter((client) => !late.has(client))
    const total = counted.reduce((sum, client) => sum + weightOf(client), 0)
    const dx = zeros()
    const dc = zeros()
    for (const client of counted) {
      const { h, centre } = bowls[client]!
      let rates = 0
      const y = [...x]
      for (let step = first; step < first + STEPS; step++) {
        rates += rateAt(step)
        for (let i = 0; i < LENGTH; i++) {
          const correction = control ? c[i]! - own[client]![i]! : 0
          y[i] = y[i]! - rateAt(step) * (h * (y[i]! - centre[i]!) + correction)
        }
      }
      for (let i = 0; i < LENGTH; i++) {
        const next = own[client]![i]! - c[i]! + (x[i]! - y[i]!) / rates
        dx[i] = dx[i]! + (weightOf(client) * (y[i]! - x[i]!)) / total
        dc[i] = dc[i]! + (next - own[client]![i]!)
        own[client]![i] = next
      }
    }
    if (counted.length === 0) return
    x = x.map((value, i) => value + SERVER_RATE * dx[i]!)
    // |S| / N times the mean over S.
    c = c.map((value, i) => value + dc[i]! / CLIENTS)
  }
  return { round, state: () => (control ? [...x, ...c] : x) }
}

for (const [algorithm, weighting] of [
  ['scaffold', 'uniform'],
  ['fedavg', 'uniform'],
  ['fedavg', 'samples']
] as const) {
  test(`should do what is published: ${algorithm}, ${weighting}`, (t) => {
    const make = makeOf(algorithm, weighting)
    const coordinator = make(0)
    coordinator.run({ kind: 'found', shard: 0, anew: false })
    const clients = bowls.map((_, client) => make(client))
    const weightOf = (client: number): number => (weighting === 'samples' ? 1 + client : 1)
    const oracle = published(algorithm === 'scaffold', weightOf)
    const waits = new Map<number, boolean>()
    let lost = 0
    for (let round = 0; round < ROUNDS; round++) {
      const drawn = bowls.flatMap((_, client) => (random.integer(2) === 0 ? [client] : []))
      const late = new Set(drawn.filter(() => random.integer(4) === 0))
      lost += late.size
      let total = 0
      for (const client of drawn) {
        const compute = clients[client]!
        const counted = waits.get(client) ?? false
        compute.run({ kind: 'adopt', shard: 0, bytes: read(coordinator), counted })
        compute.run({ kind: 'local-steps', steps: 2, from: round * STEPS })
        compute.run({ kind: 'local-steps', steps: STEPS - 2, from: round * STEPS + 2 })
        const { updates, weight } = result(compute, { kind: 'encode' }, 'encoded')
        t.is(weight, weightOf(client))
        waits.set(client, !late.has(client))
        if (late.has(client)) continue
        coordinator.run({ kind: 'gather', shard: 0, bytes: updates[0]!, weight: weight! })
        total += weight!
      }
      coordinator.run({ kind: 'close', shard: 0, total })
      oracle.round(drawn, late, round * STEPS)
      const state = new Float32Array(read(coordinator).buffer)
      oracle.state().forEach((value, i) => {
        t.true(Math.abs(value - state[i]!) < 1e-4, `round ${round}, element ${i}`)
      })
    }
    t.true(lost > 20, `${lost} updates came too late`)
  })
}
