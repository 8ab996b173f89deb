import { CREDIT_KIND } from '../wire/link-end.ts'
import { strategyNamed } from './registry.ts'

/** What docs/protocol.md calls a strategy's frame kind; null, where it has no name. */
export const kindName = (strategy: string, kind: number): string | null => {
  if (kind === CREDIT_KIND) return 'credit'
  const found = Object.entries(strategyNamed(strategy)?.kinds ?? {}).find(
    ([, number]) => number === kind
  )
  return found?.[0] ?? null
}
