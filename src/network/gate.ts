import type { ConnectionGater } from '@libp2p/interface'
import type { NodePart } from './node-part.ts'

/** What only create-node.ts decides: it is asked last, when both ends are known to each other. */
type Own = 'denyInboundUpgradedConnection' | 'denyOutboundUpgradedConnection'

/** The questions that a part may answer: true denies. None may throw. */
export type Gate = Omit<ConnectionGater, Own | 'filterMultiaddrForPeer'>

/** Denies what any of the parts denies; they are asked in order. */
export const gaterOf = (parts: readonly NodePart[]): Gate => {
  const gates = parts.flatMap(({ gate }) => gate ?? [])
  const questions = new Set(gates.flatMap((gate) => Object.keys(gate) as (keyof Gate)[]))
  const asked = (question: keyof Gate) => {
    return async (...about: unknown[]): Promise<boolean> => {
      for (const gate of gates) {
        const denies = gate[question] as ((...about: unknown[]) => unknown) | undefined
        if (await denies?.apply(gate, about)) return true
      }
      return false
    }
  }
  return Object.fromEntries([...questions].map((question) => [question, asked(question)]))
}
