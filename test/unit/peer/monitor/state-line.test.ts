import test from 'ava'
import { healthOf, type StatusFacts } from '../../../../src/peer/monitor/health.ts'
import { stateLine } from '../../../../src/peer/monitor/state-line.ts'
import { alarm, facts, linked, unlinked } from './facts.ts'

/** Ten o'clock in the evening where the tests run. */
const evening = new Date(2026, 2, 1, 22, 0).toISOString()

interface Situation {
  readonly what: string
  readonly facts: Partial<StatusFacts>
  readonly line: string
  readonly healthy: boolean
  /** What the reason must say. */
  readonly reason: RegExp
}

const well = (what: string, change: Partial<StatusFacts>, line: string, reason: RegExp) => ({
  what,
  facts: change,
  line,
  healthy: true,
  reason
})

const ill = (what: string, change: Partial<StatusFacts>, line: string, reason: RegExp) => ({
  ...well(what, change, line, reason),
  healthy: false
})

const SITUATIONS: readonly Situation[] = [
  well(
    'starting',
    { phase: 'starting' },
    'starting: reading data, opening the model',
    /^It is starting/
  ),
  well(
    'alone and training',
    {},
    'training alone, round 100: nobody else is known',
    /Nobody else is known, which is no fault/
  ),
  well(
    'waiting for the first neighbour, nobody known',
    { phase: 'joining' },
    'waiting for the first neighbour: nobody else is known',
    /Nobody else is known/
  ),
  well(
    'waiting for the first neighbour, some known',
    { phase: 'joining', ...unlinked(3, 10) },
    'waiting for the first neighbour: none of 3 known members can be reached yet',
    /no link for 10 seconds; it is dialling the 3 known members\.$/
  ),
  well(
    'averaging, behind',
    { ...linked(4, 7), medianRound: 103 },
    'averaging with 4 neighbours, 3 rounds behind the median, 12 kB/s up',
    /^4 links up, of 7 known members\.$/
  ),
  well(
    'averaging, ahead',
    { ...linked(4), medianRound: 60 },
    'averaging with 4 neighbours, 40 rounds ahead of the median, 12 kB/s up',
    /^4 links up/
  ),
  well(
    'averaging, level',
    { ...linked(2), medianRound: 101 },
    'averaging with 2 neighbours, level with the median, 12 kB/s up',
    /^2 links up/
  ),
  well(
    'averaging, where a run does not end with a round',
    { ...linked(2), medianRound: 1100, done: 0.639 },
    'averaging with 2 neighbours, 63 % of the run over, 12 kB/s up',
    /^2 links up/
  ),
  well(
    'averaging with one that has said nothing yet',
    linked(1),
    'averaging with 1 neighbour, round 100, 12 kB/s up',
    /^1 link up, of 1 known member\.$/
  ),
  well(
    'catching up',
    { phase: 'joining', ...linked(2, 5), medianRound: 900, round: 100 },
    'catching up with 2 neighbours, 800 rounds behind the median',
    /^2 links up/
  ),
  well(
    'paused by the schedule, alone',
    { phase: 'paused', resumesAt: evening },
    'paused by the schedule until 22:00, nobody else is known',
    /Nobody else is known/
  ),
  well(
    'paused by the schedule, with neighbours',
    { phase: 'paused', resumesAt: evening, ...linked(4) },
    'paused by the schedule until 22:00, following 4 neighbours',
    /^4 links up/
  ),
  well(
    'paused without an end',
    { phase: 'paused', ...linked(1) },
    'paused by the schedule, following 1 neighbour',
    /^1 link up/
  ),
  well(
    'an observer that follows',
    { role: 'observer', phase: 'following', ...linked(3), medianRound: 102 },
    'following 3 neighbours, 2 rounds behind the median, 12 kB/s up',
    /^3 links up/
  ),
  well(
    'an observer alone',
    { role: 'observer', phase: 'following' },
    'following nobody, at round 100: nobody else is known',
    /Nobody else is known/
  ),
  well(
    'a bootstrap peer that nobody has called',
    { role: 'bootstrap', phase: 'following' },
    'waiting for members to introduce to each other',
    /^Nobody has called yet\.$/
  ),
  well(
    'a bootstrap peer',
    { role: 'bootstrap', phase: 'following', ...linked(0, 12) },
    'introducing 12 members to each other, 12 kB/s up',
    /^It knows 12 members\.$/
  ),
  well(
    'all links just lost',
    unlinked(5, 30),
    'training alone, round 100: none of 5 known members can be reached yet',
    /no link for 30 seconds/
  ),
  ill(
    'members known, none reachable for seven minutes',
    { ...unlinked(5, 420), alarms: [alarm('no-peers-reachable')] },
    'training alone, round 100: none of 5 known members can be reached, for 7 minutes now',
    /firewall.*addresses in `peers`/
  ),
  ill(
    'paused and unreachable',
    {
      phase: 'paused',
      resumesAt: evening,
      ...unlinked(1, 7200),
      alarms: [alarm('no-peers-reachable')]
    },
    'paused by the schedule until 22:00, none of 1 known member can be reached, for 2 hours now',
    /firewall/
  ),
  ill(
    'disk full',
    { ...linked(4), medianRound: 100, alarms: [alarm('disk-full')] },
    'averaging with 4 neighbours, level with the median, 12 kB/s up, but the disk is full',
    /disk of the data directory is full\. Make room/
  ),
  ill(
    'records cannot be written',
    { ...linked(1), medianRound: 100, alarms: [alarm('records-failed')] },
    'averaging with 1 neighbour, level with the median, 12 kB/s up, but its records cannot be written',
    /rounds wait until it does/
  ),
  ill(
    'diverging',
    { alarms: [alarm('diverging')] },
    'training alone, round 100: nobody else is known, but training diverges',
    /lower training\.learningRate/
  ),
  ill(
    'expelled, and unreachable because of it',
    { ...unlinked(5, 300), alarms: [alarm('expelled'), alarm('no-peers-reachable')] },
    'training alone, round 100: none of 5 known members can be reached, for 5 minutes now, but the others have expelled it',
    /signed two different updates.*1 more critical alarm/
  ),
  ill(
    'replica differs',
    { ...linked(3), medianRound: 100, alarms: [alarm('replica-differs')] },
    'averaging with 3 neighbours, level with the median, 12 kB/s up, but its replica differs from the others',
    /fetches the replica from a neighbour/
  ),
  well(
    'one strange member is no reason to be ill',
    { ...linked(3), medianRound: 100, alarms: [alarm('member-differs'), alarm('clock-jump')] },
    'averaging with 3 neighbours, level with the median, 12 kB/s up, but some replicas differ (1 more alarm)',
    /^3 links up/
  ),
  well(
    'stopping',
    { phase: 'stopping' },
    'stopping: finishing the round, parting from the neighbours',
    /told to stop/
  ),
  well('finished', { phase: 'finished', round: 1600 }, 'finished at round 1600', /has finished/)
]

for (const { what, facts: change, line, healthy, reason } of SITUATIONS) {
  test(`should say what it does and whether it is well: ${what}`, (t) => {
    const situation = facts(change)
    t.is(stateLine(situation), line)
    const health = healthOf(situation)
    t.is(health.healthy, healthy)
    t.regex(health.reason, reason)
    t.regex(health.reason, /[.)]$/)
  })
}
