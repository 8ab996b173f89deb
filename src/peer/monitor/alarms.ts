/** Every alarm that a peer can raise, the most important first. docs/operating.md shows the same table. */
import type { Alarm } from './status.ts'

export interface AlarmKind {
  readonly severity: Alarm['severity']
  /** What is the matter, as a sentence without its full stop. */
  readonly text: string
  /** The same behind "but", for the state line. */
  readonly brief: string
  readonly remedy: string
  /** When it goes away. */
  readonly until: string
}

export const ALARMS = {
  expelled: {
    severity: 'critical',
    text: 'The others have expelled this peer, because it has signed two different updates with one number',
    brief: 'the others have expelled it',
    remedy:
      'Stop every other copy of this data directory, set this one aside, and start again with an ' +
      'empty one. A copy must never run beside its original',
    until: 'the peer has been started with another identity'
  },
  'replica-differs': {
    severity: 'critical',
    text: 'The replica is not what at least half of the comparable members have at the same place',
    brief: 'its replica differs from the others',
    remedy:
      'Compare versions and manifests with the others. If theirs agree with each other, stop this ' +
      'peer, move its checkpoints away, and start it again: it fetches the replica from a neighbour',
    until: 'most hashes agree again'
  },
  'disk-full': {
    severity: 'critical',
    text: 'The disk of the data directory is full',
    brief: 'the disk is full',
    remedy:
      'Make room on the disk, or raise the quota. Nothing is lost: the last good checkpoint stands, ' +
      'and writing goes on by itself',
    until: 'a write has worked'
  },
  'records-failed': {
    severity: 'critical',
    text: 'The data directory takes no records, and rounds wait until it does',
    brief: 'its records cannot be written',
    remedy:
      'Look whether the directory is there, writable by this user, and on a healthy disk. Writing ' +
      'goes on by itself',
    until: 'a record has been written'
  },
  'checkpoint-failed': {
    severity: 'critical',
    text: 'The last checkpoint could not be written, and the one before it gets older',
    brief: 'its checkpoints cannot be written',
    remedy:
      'Look whether the data directory is there, writable by this user, and on a healthy disk. The ' +
      'next checkpoint is tried by itself',
    until: 'a checkpoint has been written'
  },
  'no-peers-reachable': {
    severity: 'critical',
    text: 'No other member can be reached',
    brief: 'no other member can be reached',
    remedy:
      'Look whether this machine has a network and its firewall lets the listening port in and TCP ' +
      'out, and whether the addresses in `peers` and `bootstrap` are those of running peers with ' +
      'the same manifest. It goes on dialling by itself',
    until: 'a link is up'
  },
  'turned-away': {
    severity: 'critical',
    text: 'Other members will have nothing to do with this peer',
    brief: 'other members refuse it',
    remedy:
      'The reason says what is missing: an invite from whoever made the swarm, a place on its list, or ' +
      "another version of swarmgrad. `swarmgrad doctor` with the swarm's link asks again",
    until: 'a link is up'
  },
  diverging: {
    severity: 'critical',
    text: 'Training diverges: the loss is no number, or far above that of guessing',
    brief: 'training diverges',
    remedy:
      'The swarm needs a lower training.learningRate, a warm-up or clipping (training.warmup, ' +
      'training.clip). If it is this peer alone, look at its data',
    until: 'a round has a sound loss'
  },
  'skipped-steps': {
    severity: 'warning',
    text: 'Steps without a finite gradient have been left out',
    brief: 'steps are left out',
    remedy:
      'A few are harmless. If they go on, the swarm needs a lower training.learningRate, a warm-up ' +
      'or clipping (training.warmup, training.clip)',
    until: 'no step has been left out for 10 minutes'
  },
  'member-differs': {
    severity: 'warning',
    text: 'Some members have another replica than this peer and most others at the same place',
    brief: 'some replicas differ',
    remedy: 'Those members are the ones to look at: their operators will see replica-differs',
    until: 'all hashes agree'
  },
  'state-damaged': {
    severity: 'warning',
    text: 'A file of the data directory was damaged and has been set aside',
    brief: 'a file was damaged',
    remedy:
      'Read the log for its name and what was used instead, look at the health of the disk, and ' +
      'remove the file that ends in .damaged',
    until: 'the peer has been started again'
  },
  'memory-near-limit': {
    severity: 'warning',
    text: 'Memory is above 90 % of limits.memoryMiB',
    brief: 'memory is short',
    remedy: 'Raise limits.memoryMiB, or give fewer connections (limits.connections) or less data',
    until: 'it is below 85 %'
  },
  'disk-low': {
    severity: 'warning',
    text: 'The disk of the data directory has little room left',
    brief: 'the disk is almost full',
    remedy: 'Make room for three more checkpoints, 64 MB at least',
    until: 'there is room for them'
  },
  'relayed-only': {
    severity: 'warning',
    text: 'Every neighbour is reached through a relay, which is slow and passes on so many bytes only',
    brief: 'all its neighbours are behind relays',
    remedy:
      'Forward the listening port on the router to this machine and tell the others by `reach.announce`, ' +
      'or let it in through the firewall. `swarmgrad doctor` says what is in the way',
    until: 'a neighbour is reached without one'
  },
  'loop-delay': {
    severity: 'warning',
    text: 'The event loop answers late, more than 250 ms for one in a hundred of its turns',
    brief: 'it answers late',
    remedy:
      'The machine is overloaded or short of memory. Take load off it, or give the peer less to do: ' +
      'limits.threads, limits.connections, fewer neighbours',
    until: 'ten seconds have been good'
  },
  'clock-jump': {
    severity: 'warning',
    text: 'The clock of this machine has jumped by more than 5 seconds, or it has slept',
    brief: 'the clock has jumped',
    remedy:
      'Nothing but the schedule and the times that are shown depends on it. If it happens again, ' +
      'look after its time service',
    until: '10 minutes have passed'
  },
  'metrics-stopped': {
    severity: 'warning',
    text: 'The curve is not written to metrics.jsonl any more',
    brief: 'its metrics are not written',
    remedy: 'Make room on the disk. Training does not depend on it; it is tried again every minute',
    until: 'a line has been written'
  }
} as const satisfies Record<string, AlarmKind>

export type AlarmName = keyof typeof ALARMS

export const ALARM_NAMES = Object.keys(ALARMS) as readonly AlarmName[]
