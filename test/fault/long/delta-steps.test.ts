/**
 * A mishap at every step of delta-set's protocol: with each kind of message, the first and a later one of it,
 * its sender or its receiver dies, its receiver stalls, or it is lost, comes twice or comes after what came
 * next. Whatever happens, all who stay end with one replica, and it is the initial one less all deltas that
 * have been published, each once.
 */
import test from 'ava'
import {
  createDeltaSwarm,
  type DeltaSetting,
  type DeltaSwarm,
  expectedHash,
  signedTwice
} from '../../helpers/delta-swarm.ts'
import { runOn } from '../../helpers/faulty-swarm.ts'
import { mishapsWith, numberOf, recorder } from '../../helpers/mishaps.ts'

const PEERS = 5
const ROUNDS = 120
const RETURNING = 1

/**
 * One is cut off for a while and asks for what it lacks. Another forgets everything and comes back after more
 * rounds than the log holds: a snapshot is made and fetched.
 */
const SETTING: DeltaSetting = {
  peers: PEERS,
  rounds: ROUNDS,
  length: 400,
  topology: { name: 'full' },
  strategy: { logBytes: 6000, density: 0.05 },
  faults: [
    { kind: 'crash', peers: [RETURNING], atMs: 200, returnMs: 1200, state: 'lost' },
    { kind: 'partition', groups: [[4]], fromMs: 300, toMs: 420 }
  ]
}

/** No honest peer says `proof`; it, `restored` and `snapshot-refused` have unit tests. */
const KINDS: readonly string[] = [
  ...['names', 'have', 'want', 'delta', 'ask-statement', 'statement'],
  ...[
    'snapshot-ask',
    'snapshot-offer',
    'snapshot-confirm',
    'snapshot-confirmed',
    'chunk-ask',
    'chunk'
  ]
]

const run = (setting: DeltaSetting): DeltaSwarm => {
  const made = createDeltaSwarm(setting)
  made.swarm.begin()
  runOn(made.swarm)
  return made
}

const { moments, fate } = recorder()
const undisturbed = run({ ...SETTING, fate })

/** An offer is waited for longer than these runs take: who joins finds no round left to do. */
const COMES_TOO_LATE: readonly string[] = ['snapshot-ask', 'snapshot-offer']

/** Why the run has not ended as it has to; null if it has. `dead`: who has not come back; `late`: who came too late. */
const wrong = (
  made: DeltaSwarm,
  dead: number | null,
  late: number | null = null
): string | null => {
  if (late !== null && made.swarm.members[late]!.status !== 'came too late') return 'not too late'
  const there = made.swarm.members.filter(({ index }) => index !== dead && index !== late)
  const away = there.filter(({ status }) => status !== 'finished')
  if (away.length > 0) return `${away.map(({ index, status }) => `${index} ${status}`)}`
  const hashes = new Set(there.map(({ replicaHash }) => replicaHash))
  if (hashes.size > 1) return `${hashes.size} replicas`
  // The last delta of who has died may be known to nobody.
  if (dead === null && !hashes.has(expectedHash(made))) return 'not the sum of what was published'
  const twice = signedTwice(made).filter((line) => numberOf(line.split(' ')[0]!) !== RETURNING)
  return twice.length > 0 ? `signed twice: ${twice}` : null
}

test('the undisturbed run should say every kind of message', (t) => {
  for (const kind of KINDS) t.true(moments.has(kind), `${kind} of ${[...moments.keys()]}`)
  t.is(wrong(undisturbed, null), null)
})

for (const kind of KINDS) {
  test(`should survive a mishap with each ${kind}`, (t) => {
    const seen = moments.get(kind) ?? []
    const mishaps = mishapsWith(kind, seen, SETTING.faults!, RETURNING)
    for (const { what, victim, setting, fate, fired } of mishaps) {
      const made = run({ ...SETTING, ...setting })
      if (victim !== null) {
        t.is(made.swarm.faults.counts['crashed'], victim === RETURNING ? 1 : 2, what)
        t.is(wrong(made, victim), null, what)
        continue
      }
      t.is(fired.times, 1, `${what} never happened`)
      const isLate = COMES_TOO_LATE.includes(kind) && fate === 'never'
      t.is(wrong(made, null, isLate ? RETURNING : null), null, what)
      const longer = made.swarm.clock.now - undisturbed.swarm.clock.now
      t.true(longer < (isLate ? 10_000 : 6000), `${what}: ${longer} ms longer`)
    }
  })
}
