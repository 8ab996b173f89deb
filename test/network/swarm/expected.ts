import type { PathKind } from '../../../src/network/path.ts'
import type { Access } from '../harness/plan.ts'

/** Whether one's first packet can get in where the other's has just gone out: its port is known before. */
const canMeet = (a: Access, b: Access): boolean => a === 'port-restricted' && b !== 'symmetric'

/**
 * A public peer is called. Behind a port-restricted NAT a peer meets whoever calls from a port that can be
 * foretold. All else takes a third (harness.test.ts shows each with plain sockets).
 */
export const bestPath = (a: Access, b: Access): PathKind => {
  if (a === 'public' || b === 'public') return 'direct'
  return canMeet(a, b) || canMeet(b, a) ? 'punched' : 'relayed'
}
