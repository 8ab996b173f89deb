import { readHead } from '../../../../src/strategy/delta-set/body.ts'
import type { HeldDelta } from '../../../../src/strategy/delta-set/held-deltas.ts'
import type { Author } from './author.ts'

/** What an author has signed, as it is held once it has been checked. */
export const heldOf = (author: Author): readonly HeldDelta[] =>
  author.deltas.map((delta, i) => {
    const head = readHead(delta.body)
    if (typeof head === 'string') throw new Error(head)
    const { previous, bodyHash } = author.statements[i]!
    return { ...delta, head, previous, bodyHash, digest: author.digest(i + 1) }
  })
