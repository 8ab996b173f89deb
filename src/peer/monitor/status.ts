/**
 * What a running peer says of itself: `swarmgrad status --json`, `/status`, the dashboard. Fields are
 * added, never renamed; docs/operating.md explains each. Plain JSON.
 */

import type { Path } from '../../network/path.ts'
import type { Reachability } from '../../network/reachability.ts'
import type { Refusal } from '../../swarm/admission.ts'
import type { Role } from '../../swarm/role.ts'

export const STATUS_SCHEMA = 'swarmgrad/status/1'

/** Something that the operator should look at, for as long as it lasts. */
export interface Alarm {
  /** Stable, such as `disk-full`; docs/operating.md has a section for each. */
  readonly name: string
  readonly severity: 'warning' | 'critical'
  /** What is the matter, as a sentence. */
  readonly text: string
  readonly remedy: string
  /** ISO 8601. */
  readonly since: string
}

/** Another member, as far as this peer knows. */
export interface MemberStatus {
  readonly name: string
  readonly role: Role
  /** Null: nothing has been heard of it yet. */
  readonly round: number | null
  readonly loss: number | null
  readonly heardSecondsAgo: number | null
  /** It has said goodbye. */
  readonly left: boolean
  readonly link: 'up' | 'down'
  /** How it is reached now; null: there is no connection. */
  readonly path: Path | null
  /** Why one of the two will have nothing to do with the other; null: nothing of the kind is known. */
  readonly refused: { readonly why: Refusal; readonly by: 'self' | 'other' } | null
  /** The topology wants a link with it now. */
  readonly wanted: boolean
  /** Last 8 characters of the names of those that it says it is connected to. */
  readonly links: readonly string[]
  /** Whether its replica's hash at a cut that both have come by is this peer's. */
  readonly agreement: 'agrees' | 'differs' | 'unknown'
  readonly addresses: readonly string[]
  /** Between this peer and it. */
  readonly bytesSent: number
  readonly bytesReceived: number
}

/**
 * starting: reads data; joining: waits for neighbours, or catches up; training; following: does not
 * train (an observer, a bootstrap peer); paused: outside its schedule; stopping; finished.
 */
export type Phase =
  | 'starting'
  | 'joining'
  | 'training'
  | 'following'
  | 'paused'
  | 'stopping'
  | 'finished'

export interface Amount {
  readonly frames: number
  readonly bytes: number
}

export interface PeerStatus {
  readonly schema: typeof STATUS_SCHEMA
  readonly version: string
  readonly pid: number
  readonly startedAt: string
  readonly at: string
  readonly self: string
  readonly role: Role
  readonly addresses: readonly string[]
  readonly swarm: {
    readonly name: string
    /** Hexadecimal. */
    readonly manifest: string
    readonly strategy: string
    readonly topology: string
    readonly rounds: number
    readonly peers: number
  }
  readonly model: { readonly name: string; readonly parameters: number }
  readonly backend: string
  readonly phase: Phase
  /** When a paused peer trains again, ISO 8601. */
  readonly resumesAt: string | null
  /** A replica that is being fetched, in bytes; null: none is. */
  readonly joining: { readonly bytes: number; readonly total: number } | null
  /** One sentence: "averaging with 4 neighbours, 63 % of the run over, 12 kB/s up". */
  readonly line: string
  readonly healthy: boolean
  /** Why it is healthy, or why not, as a sentence. */
  readonly reason: string
  readonly alarms: readonly Alarm[]
  /** Rounds since the very beginning; the number of the next. */
  readonly round: number
  /** The share of the run that is over, 0 to 1; null: `round` of `swarm.rounds`. */
  readonly done: number | null
  /** Over the members that have been heard of late: as if all went on as fast as this peer since they spoke. */
  readonly medianRound: number | null
  readonly loss: number | null
  /** Of the latest evaluation. */
  readonly accuracy: number | null
  readonly testLoss: number | null
  readonly members: readonly MemberStatus[]
  /** How others can reach this peer. */
  readonly reach: Reachability
  readonly links: {
    readonly up: number
    readonly wanted: number
    /** Members that this peer could have a link with; for a bootstrap peer, all. */
    readonly known: number
    /** How long there has been no link although members are known; a bootstrap peer: no word. */
    readonly noneForSeconds: number | null
  }
  readonly bytes: {
    readonly sent: number
    readonly received: number
    /** By the name of the frame kind (docs/protocol.md). */
    readonly sentByKind: Readonly<Record<string, Amount>>
    readonly socketSent: number
    readonly socketReceived: number
    /** Over the last ten seconds or so, bytes a second on the sockets. */
    readonly upRate: number
    readonly downRate: number
  }
  readonly rejected: Readonly<Record<string, number>>
  readonly time: {
    readonly uptimeSeconds: number
    /** The compute thread's, on jobs. */
    readonly computeSeconds: number
    /** Share of the time since training began. */
    readonly computeUtilisation: number | null
    /** Event loop, over the last ten seconds or so. */
    readonly loopDelayMs: { readonly mean: number; readonly p99: number; readonly max: number }
    /** Share of one core that everything but the compute thread takes. */
    readonly overheadUtilisation: number | null
  }
  readonly memory: { readonly rssBytes: number; readonly limitBytes: number | null }
  readonly disk: { readonly usedBytes: number; readonly freeBytes: number | null }
  readonly checkpoint: {
    readonly round: number | null
    readonly at: string | null
    readonly bytes: number | null
    readonly failures: number
  }
  readonly training: { readonly skippedSteps: number; readonly divergedRounds: number }
  /** Figures that the strategy has chosen: alpha, density and the like. */
  readonly chosen: Readonly<Record<string, number>>
  /** The latest comparable hash of the replica. */
  readonly replica: { readonly cut: string; readonly hash: string; readonly at: string } | null
}
