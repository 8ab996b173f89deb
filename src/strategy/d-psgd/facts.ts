import type { StrategyFacts } from '../facts.ts'
import { gossipFacts, heldByEdges } from '../gossip-averaging/facts.ts'
import { sentAsIs } from '../sent-as-is.ts'

/** Gossip averaging's, whose edges and rounds it has. */
export const dPsgdFacts: StrategyFacts = {
  ...gossipFacts,
  held: (_manifest, _parameters, diagnostics) => heldByEdges(0, diagnostics),
  rules: [sentAsIs('d-psgd')]
}
