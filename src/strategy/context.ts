/** What a strategy may know beside its recipe and the model. */
export interface SwarmContext {
  /** Hexadecimal hash of the manifest. */
  readonly manifest: string
  /** For how many peers the swarm is planned: the shards of its data. */
  readonly peers: number
  /** Keep what mean drift is measured from. */
  readonly diagnostics: boolean
}
