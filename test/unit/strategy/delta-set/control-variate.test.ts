/** SCAFFOLD's bookkeeping of c and every c_i in float64, beside the one vector that each peer keeps. */
import test from 'ava'
import { seeded } from '../../../../src/random.ts'
import { ControlVariate } from '../../../../src/strategy/delta-set/control-variate.ts'
import { zeros } from '../../../../src/vector/vector.ts'

const LENGTH = 12
const PEERS = 4
const MOMENTUM = 0.9
const NOTHING = new Uint8Array()

interface Coded {
  readonly count: number
  readonly indices: Int32Array
  readonly values: Int32Array
}

const draw = (seed: string): Coded => {
  const random = seeded(1).fork(seed)
  const indices = Int32Array.from({ length: LENGTH }, (_, i) => i).filter(() => random.next() < 0.5)
  const values = indices.map(() => Math.round(1e6 * random.normal()))
  return { count: indices.length, indices, values }
}

test('should hold c - c_i after every round, and sum to zero over the peers', (t) => {
  const controls = Array.from({ length: PEERS }, () => new ControlVariate(LENGTH, 1, MOMENTUM))
  const c = new Float64Array(LENGTH)
  const own = controls.map(() => new Float64Array(LENGTH))
  for (let round = 0; round < 30; round++) {
    const rate = 0.1 / (1 + round / 10)
    const deltas = controls.map((_, peer) => draw(`${round} ${peer}`))
    const steps = controls.map((_, peer) => 1 + ((round + peer) % 5))
    const weights = controls.map((_, peer) => 2 ** -(1 + (peer % 3)))
    for (const [i, control] of controls.entries()) {
      control.forget()
      for (const [j, delta] of deltas.entries()) {
        const application = {
          payload: NOTHING,
          own: i === j,
          recalled: false,
          weight: weights[j]!,
          steps: steps[j]!,
          origins: PEERS
        }
        control.add(delta, application, rate)
      }
    }
    // Karimireddy et al. 2020, option II, smoothed over rounds: c_i of what i has sent, c the mean.
    c.fill(0)
    for (const [j, { indices, values }] of deltas.entries()) {
      const gradient = new Float64Array(LENGTH)
      for (const [at, i] of indices.entries()) {
        const moved = values[at]! / 2 ** 24 / weights[j]!
        gradient[i] = ((1 - MOMENTUM) * moved) / (steps[j]! * rate)
      }
      for (let i = 0; i < LENGTH; i++) own[j]![i] = 0.9 * own[j]![i]! + 0.1 * gradient[i]!
    }
    for (let i = 0; i < LENGTH; i++) c[i] = own.reduce((sum, c_i) => sum + c_i[i]!, 0) / PEERS
    for (let i = 0; i < LENGTH; i++) {
      let sum = 0
      for (const [peer, { correction }] of controls.entries()) {
        // Thirty float32 additions of numbers of this size.
        const size = Math.abs(c[i]!) + Math.abs(own[peer]![i]!) + 1e-3
        t.true(
          Math.abs(correction[i]! - (c[i]! - own[peer]![i]!)) < 1e-5 * size,
          `${round} ${peer}`
        )
        sum += correction[i]!
      }
      t.true(Math.abs(sum) < 1e-5, `round ${round}: ${sum}`)
    }
  }
})

test('should be as strong as it is told, and nothing for a peer alone or without steps', (t) => {
  const application = {
    payload: NOTHING,
    own: false,
    recalled: false,
    weight: 1,
    steps: 2,
    origins: 2
  }
  const full = new ControlVariate(LENGTH, 1, 0)
  const half = new ControlVariate(LENGTH, 0.5, 0)
  const delta = draw('x')
  full.add(delta, application, 0.1)
  half.add(delta, application, 0.1)
  for (let i = 0; i < LENGTH; i++) t.is(half.correction[i]!, full.correction[i]! / 2)
  t.true(full.correction.some((value) => value !== 0))
  const none = new ControlVariate(LENGTH, 1, 0)
  none.add(delta, { ...application, own: true, origins: 1 }, 0.1)
  none.add(delta, { ...application, steps: 0 }, 0.1)
  t.deepEqual(none.correction, zeros(LENGTH))
})
