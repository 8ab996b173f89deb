/** What the parts of the protocol half see of the peer that they are in. */
import type { Milliseconds, PeerName } from '../strategy.ts'
import type { Job, Message, Result, Vote } from './kinds.ts'
import type { ServerOptions } from './options.ts'
import type { Placement } from './placement.ts'
import type { Sampling } from './sampling.ts'

export interface Surroundings {
  readonly self: PeerName
  readonly options: Pick<
    ServerOptions,
    'mode' | 'bound' | 'staleness' | 'weighting' | 'failoverMs' | 'patienceMs' | 'startPatienceMs'
  > & { readonly rebuildAfterMs: Milliseconds | null; readonly sampling?: Sampling }
  readonly shards: number
  readonly replicas: number
  readonly placement: Placement
  now(): Milliseconds
  /** Sorted, this peer included. */
  members(): readonly PeerName[]
  /** How many are to train. */
  trainers(): number
  /** Members that a decision needs: more than half of all that are planned, or known if they are more. */
  quorum(): number
  /** This peer has a replica of a shard, and jobs to do for others. */
  serves(): boolean
  /** For how long there has been no link; 0 while there is one. */
  away(peer: PeerName): Milliseconds
  /** True for this peer, and for whomever it has a link with. */
  linked(peer: PeerName): boolean
  /** Every planned peer can be reached, or has been waited for long enough. */
  gathered(): boolean
  /** This peer wants to leave and takes no part in new groups. */
  leaving(): boolean
  /** Serves another shard, as far as this peer knows. */
  isBusy(peer: PeerName, shard: number): boolean
  /** Also to this peer itself. */
  send(to: PeerName, message: Message): void
  /** `then` is called with the result. */
  compute(job: Job, then?: (result: Result) => void): void
  /** `then` is called once the vote outlives a crash. */
  persist(vote: Vote, then: () => void): void
  /** This peer's own copy of a shard's parameters, and the round that came with it; version -1: the first. */
  copyOf(shard: number): { readonly version: number; readonly round: number }
  random(): number
  notice(text: string): void
}
