/** One fault at every moment of a short run: it always ends, and says rightly how. */
import test from 'ava'
import { happened, runFaulty, type Setting } from '../helpers/faulty-swarm.ts'

const VICTIM = 2
const RETURN_AFTER = 150

/** One fault of one peer (or two), at any moment. */
const KINDS: Readonly<Record<string, (atMs: number) => object>> = {
  crash: (atMs) => ({ kind: 'crash', peers: [VICTIM], atMs }),
  'crash of two': (atMs) => ({ kind: 'crash', peers: [VICTIM, 0], atMs }),
  'crash and return': (atMs) => ({
    kind: 'crash',
    peers: [VICTIM],
    atMs,
    returnMs: atMs + RETURN_AFTER
  }),
  'crash, return at once': (atMs) => ({ kind: 'crash', peers: [VICTIM], atMs, returnMs: atMs + 1 }),
  'crash and return without state': (atMs) => ({
    kind: 'crash',
    peers: [VICTIM],
    atMs,
    returnMs: atMs + RETURN_AFTER,
    state: 'lost'
  }),
  leave: (atMs) => ({ kind: 'leave', peers: [VICTIM], atMs }),
  'leave and return': (atMs) => ({
    kind: 'leave',
    peers: [VICTIM],
    atMs,
    returnMs: atMs + RETURN_AFTER
  }),
  'leave, return before it has parted': (atMs) => ({
    kind: 'leave',
    peers: [VICTIM],
    atMs,
    returnMs: atMs + 3
  }),
  join: (atMs) => ({ kind: 'join', peers: [VICTIM], atMs }),
  partition: (atMs) => ({ kind: 'partition', groups: [[0, 1, VICTIM]], fromMs: atMs }),
  'partition and healing': (atMs) => ({
    kind: 'partition',
    groups: [[0, 1, VICTIM]],
    fromMs: atMs,
    toMs: atMs + RETURN_AFTER
  })
}

const SHORT: Setting = { peers: 5, rounds: 8, topology: { name: 'full' } }
/** Patience of a start, a deadline or two, and the time that a leaving peer gives the others. */
const WAITS_MS = 500 + 2 * 500 + 2000
const STEP_MS = 3

for (const [name, faultAt] of Object.entries(KINDS)) {
  test(`should end well whenever it happens: ${name}`, (t) => {
    const free = runFaulty(SHORT).swarm.clock.now
    const seen = new Set<string>()
    for (let at = 0; at < free + 2 * STEP_MS; at += STEP_MS) {
      const { swarm, rounds } = runFaulty({ ...SHORT, faults: [faultAt(at)] })
      seen.add(happened(swarm))
      const where = `at ${at} ms: ${happened(swarm)}`
      for (const { index, status } of swarm.members) {
        const last = swarm.faults.log.findLast(({ peer }) => peer === index)?.event
        const expected =
          last === 'crashed' || last === 'left'
            ? 'away'
            : name === 'join' && index === VICTIM && last === undefined
              ? 'not started'
              : 'finished'
        // With the initial replica and no round to do any more, it has not finished anything.
        const bare = last === 'joined' || (last === 'returned' && name.includes('without state'))
        // It may come when there is no round left to do, and has nothing to show then.
        const possible = bare ? [expected, 'came too late'] : [expected]
        t.true(possible.includes(status), `peer ${index} ${status}, ${where}`)
        if (status !== 'finished') continue
        // Nobody who finishes has stopped before the last round, or done one twice in one life.
        const mine = rounds[index]!
        const lives = name.includes('without state') && index === VICTIM ? 2 : 1
        const falls = mine.filter((round, i) => i > 0 && round <= mine[i - 1]!).length
        t.true(falls <= lives - 1, `peer ${index} did ${mine}, ${where}`)
      }
      t.true(swarm.clock.now < free + RETURN_AFTER + WAITS_MS, `${swarm.clock.now} ms, ${where}`)
    }
    // The sweep has hit the run before, in and after the event's possible moments.
    t.true(seen.size >= (name === 'join' || name.startsWith('partition') ? 1 : 2), [...seen].join())
  })
}
