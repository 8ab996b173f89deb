/** Why something from the network was not believed; the third of one link costs the link. Counted per reason; docs/protocol.md explains each. */
export const REJECT_REASONS = [
  /** Longer than the swarm's largest legal frame, or shorter than a header. Costs the link at once. */
  'length',
  'version',
  /** The frame belongs to another swarm. */
  'manifest',
  /** The frame belongs to another model. */
  'layout',
  'checksum',
  /** No message has this kind, or not on this channel. */
  'kind',
  /** The body is not what its kind says. */
  'body',
  /** The payload is no code of a finite vector of the layout's length. */
  'values',
  /** A scale is zero, or above what the manifest allows. */
  'scale',
  /** A weight is zero, or above what the manifest allows. */
  'weight',
  /** Whoever signed it, it was not the peer that it is said to come from. */
  'signature',
  /** A piece of a replica is not the one that its hash promised. */
  'chunk',
  /** More bytes than this end had granted, or a grant too small. Costs the link at once. */
  'credit'
] as const

export type RejectReason = (typeof REJECT_REASONS)[number]

export interface Rejected {
  readonly kind: 'rejected'
  readonly reason: RejectReason
}

export const rejected = (reason: RejectReason): Rejected => ({ kind: 'rejected', reason })
