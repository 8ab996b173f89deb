import type { Fault } from './fault-schema.ts'

/** True when a fault may bring a peer back with what it has kept: otherwise nothing need be. */
export const bringsBack = (fault: Fault): boolean => {
  switch (fault.kind) {
    case 'leave':
      return fault.returnMs !== null
    case 'crash':
      return fault.returnMs !== null && fault.state === 'kept'
    case 'churn':
      return fault.crashes * fault.losses < 1
    case 'join':
    case 'partition':
      return false
  }
}
