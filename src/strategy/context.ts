import type { Bytes } from '../vector/vector.ts'

/** SHA-256. */
export type Sha256 = (bytes: Uint8Array) => Bytes

/** What a strategy may know beside its recipe and the model. */
export interface SwarmContext {
  /** Hexadecimal hash of the manifest. */
  readonly manifest: string
  /** For how many peers the swarm is planned: the shards of its data. */
  readonly peers: number
  /** Keep what mean drift is measured from. */
  readonly diagnostics: boolean
  /** The host's own, where it has a faster one for whole replicas. @default one in JavaScript */
  readonly sha256?: Sha256
}
