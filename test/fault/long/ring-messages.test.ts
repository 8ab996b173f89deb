/**
 * A mishap with every message of a ring: of each kind the first and a later one, its sender or its
 * receiver dies, its receiver stalls, or it is lost, comes twice or comes after what follows it. Whatever
 * happens, those that stay finish with one replica, it is where their steps lead, and a step has the
 * gradients of all who were there, once.
 */
import test, { type ExecutionContext } from 'ava'
import { KIND } from '../../../src/strategy/ring-all-reduce/codec.ts'
import type { Message, RingKinds } from '../../../src/strategy/ring-all-reduce/kinds.ts'
import type { Effect, ProtocolEvent } from '../../../src/strategy/strategy.ts'
import { distance } from '../../helpers/distance.ts'
import { runOn } from '../../helpers/faulty-swarm.ts'
import { type Moment, numberOf } from '../../helpers/mishaps.ts'
import {
  agreed,
  areEqual,
  createRingSwarm,
  finishedOf,
  type RingSetting,
  type RingSwarm,
  replay
} from '../../helpers/ring-swarm.ts'

const PEERS = 5
const STEPS = 60
const ALL = 2 ** PEERS - 1
const ROUNDING = 1e-5
const RETURNING = 1

/** One is away for a while and comes back without its state: all kinds of messages occur. */
const SETTING: RingSetting = {
  peers: PEERS,
  steps: STEPS,
  strategy: { splitMs: null },
  faults: [{ kind: 'crash', peers: [RETURNING], atMs: 1000, returnMs: 1600, state: 'lost' }]
}

/**
 * never: although the link stays up, which is more than TCP does to it; late: after the next event of its
 * receiver.
 */
type Fate = 'never' | 'twice' | 'late' | { readonly stallsMs: number }

const isRight = (t: ExecutionContext, ring: RingSwarm, dead: readonly number[], what: string) => {
  const there = Array.from({ length: PEERS }, (_, i) => i).filter((peer) => !dead.includes(peer))
  t.deepEqual(finishedOf(ring), there, what)
  const steps = agreed(ring, there)
  t.is(steps.length, STEPS, what)
  const first = ring.swarm.members[there[0]!]!.replica!
  for (const peer of there) {
    t.true(areEqual(ring.swarm.members[peer]!.replica!, first), `${what}: peer ${peer}`)
  }
  const oracle = replay(steps)
  const away = distance(first, oracle) / distance(oracle, new Float32Array(oracle.length))
  t.true(away < ROUNDING, `${what}: ${away}`)
  // Those who stay and have not been late are in every step.
  const always = ALL & ~dead.reduce((bits, peer) => bits | (1 << peer), 1 << RETURNING)
  return steps.every((samples) => (samples & always) === always)
}

const run = (setting: RingSetting): RingSwarm => {
  const ring = createRingSwarm(setting)
  ring.swarm.begin()
  runOn(ring.swarm)
  return ring
}

/** When messages of each kind come in a run without a mishap. */
const moments = new Map<Message['kind'], Moment[]>()
const undisturbed = run({
  ...SETTING,
  hooks: {
    events: (to, event, atMs) => {
      if (event.type === 'received') {
        const seen = moments.get(event.message.kind) ?? []
        seen.push({ atMs, from: numberOf(event.from), to })
        moments.set(event.message.kind, seen)
      }
      return [event]
    }
  }
})

/** Whoever stalls is to be back before the others end. ring-kills.test.ts has the last step. */
const STALL_MS = 1200
const END_MS = undisturbed.swarm.clock.now - 2 * STALL_MS
const BEGUN_MS = moments.get('piece')![0]!.atMs

/** Does that to the nth message of the kind. */
const injecting = (kind: Message['kind'], nth: number, fate: Fate) => {
  let seen = 0
  const state = { fired: 0 }
  let held: { readonly peer: number; readonly event: ProtocolEvent<RingKinds> } | null = null
  let stalled: { readonly peer: number; wakes: boolean } | null = null
  const waiting: Array<ProtocolEvent<RingKinds>> = []
  const events = (peer: number, event: ProtocolEvent<RingKinds>) => {
    if (held?.peer === peer) {
      const late = held.event
      held = null
      // Nothing comes from a connection that is down.
      return event.type === 'link' ? [event] : [event, late]
    }
    if (event.type === 'started' && stalled?.peer === peer) {
      // It has died of something else.
      stalled = null
      waiting.length = 0
    }
    if (stalled?.peer === peer) {
      if (event.type !== 'timer' || event.name !== 'thaw') {
        waiting.push(event)
        return []
      }
      stalled = null
      return waiting.splice(0)
    }
    if (event.type !== 'received' || event.message.kind !== kind || seen++ !== nth) return [event]
    state.fired++
    if (fate === 'never') return []
    if (fate === 'twice') return [event, event]
    if (fate === 'late') held = { peer, event }
    else {
      stalled = { peer, wakes: false }
      waiting.push(event)
    }
    return []
  }
  const effects = (peer: number, all: ReadonlyArray<Effect<RingKinds>>) => {
    if (stalled?.peer !== peer || stalled.wakes || typeof fate === 'string') return all
    stalled.wakes = true
    const thaw: Effect<RingKinds> = { type: 'timer', name: 'thaw', after: fate.stallsMs }
    return [...all, thaw]
  }
  return { state, hooks: { events, effects } }
}

/** Of the messages of one kind: the first, one in the middle of the run, and the last. */
const chosen = (count: number): readonly number[] => [
  ...new Set([0, Math.floor(count / 2), count - 1])
]

const FATES: readonly Fate[] = ['never', 'twice', 'late', { stallsMs: 150 }, { stallsMs: STALL_MS }]

test('the undisturbed run should say every kind of message, and make every step with all', (t) => {
  for (const kind of Object.keys(KIND)) t.true(moments.has(kind as Message['kind']), kind)
  t.true(isRight(t, undisturbed, [], 'undisturbed'))
})

for (const kind of Object.keys(KIND) as Array<Message['kind']>) {
  test(`should survive a mishap with each ${kind}`, (t) => {
    const seen = moments.get(kind)!.filter(({ atMs }) => atMs < END_MS)
    for (const nth of chosen(seen.length)) {
      const { atMs, from, to } = seen[nth]!
      for (const victim of new Set([from, to])) {
        const what = `${kind} ${nth}: ${victim === from ? 'sender' : 'receiver'} ${victim} dies at ${atMs}`
        const faults = [
          ...SETTING.faults!.filter(() => victim !== RETURNING),
          { kind: 'crash', peers: [victim], atMs: atMs + 0.001, state: 'lost' }
        ]
        const ring = run({ ...SETTING, faults })
        const crashes = ring.swarm.faults.log.filter(({ event }) => event === 'crashed')
        t.is(crashes.length, faults.length, what)
        const isComplete = isRight(t, ring, [victim], what)
        // A ring may begin without some that could have been there, and take them in.
        if (atMs > BEGUN_MS) t.true(isComplete, what)
      }
      for (const fate of FATES) {
        const what = `${kind} ${nth}: ${JSON.stringify(fate)}`
        const { state, hooks } = injecting(kind, nth, fate)
        const ring = run({ ...SETTING, hooks })
        t.is(state.fired, 1, `${what} never happened`)
        const isComplete = isRight(t, ring, [], what)
        if (fate === 'twice') t.true(isComplete, what)
      }
    }
  })
}

test('should go on alone where it wakes and the others have ended', (t) => {
  const pieces = moments.get('piece')!
  const nth = Math.floor(pieces.length / 2)
  const victim = pieces[nth]!.to
  const { state, hooks } = injecting('piece', nth, { stallsMs: 60_000 })
  const ring = run({ ...SETTING, hooks })
  t.is(state.fired, 1)
  t.deepEqual(finishedOf(ring), [0, 1, 2, 3, 4])
  const others = [0, 1, 2, 3, 4].filter((peer) => peer !== victim)
  t.is(agreed(ring, others)[STEPS - 1], ALL - 2 ** victim)
  t.not(ring.marks[victim]!.ring, ring.marks[others[0]!]!.ring)
  t.is(ring.marks[victim]!.step, STEPS)
  t.is(ring.made[victim]!.get(STEPS - 1), 2 ** victim)
})
