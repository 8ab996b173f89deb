/**
 * Views of a ring, and which of them may follow which: dynamic voting (Jajodia and Mutchler 1990), with
 * views that may or may not have begun (Lotem, Keidar and Dolev 1997). A new view needs a majority of
 * the last one that is known to have begun, and of every one since then that may have.
 */
import type { PeerName } from '../strategy.ts'

export interface View {
  readonly generation: number
  /** In the ring's order: by name. */
  readonly members: readonly PeerName[]
}

/** What a member knows of the views of its ring. */
export interface Memory {
  /** The last one that all its members had installed; null: none is known. */
  readonly confirmed: View | null
  /** Later ones, of which this is not known. */
  readonly attempts: readonly View[]
}

export const NO_MEMORY: Memory = { confirmed: null, attempts: [] }

/** More that have come to nothing, one after the other, are not remembered: the ring is left instead. */
export const MAX_ATTEMPTS = 16

/** More than half, or half with the first of all. */
export const isMajority = (of: readonly PeerName[], there: ReadonlySet<PeerName>): boolean => {
  const count = of.filter((member) => there.has(member)).length
  return 2 * count > of.length || (2 * count === of.length && there.has(of[0]!))
}

const keyOf = ({ generation, members }: View): string => `${generation} ${members.join(' ')}`

export const remembers = ({ confirmed, attempts }: Memory, peer: PeerName): boolean =>
  confirmed?.members.includes(peer) === true ||
  attempts.some(({ members }) => members.includes(peer))

/** What all of them know together. */
export const merged = (memories: readonly Memory[]): Memory => {
  let confirmed: View | null = null
  for (const { confirmed: one } of memories) {
    if (one !== null && one.generation > (confirmed?.generation ?? -1)) confirmed = one
  }
  const since = confirmed?.generation ?? -1
  const open = memories
    .flatMap(({ attempts }) => attempts)
    .filter((view) => view.generation > since)
  return { confirmed, attempts: [...new Map(open.map((view) => [keyOf(view), view])).values()] }
}

/** Whether these members may go on without the others. */
export const isQuorum = (memory: Memory, there: ReadonlySet<PeerName>): boolean => {
  const views = memory.confirmed === null ? memory.attempts : [memory.confirmed, ...memory.attempts]
  return views.every(({ members }) => isMajority(members, there))
}
