/**
 * Deltas and statements as a checkpoint holds them, with all digests: what has been checked once is
 * trusted when it comes from the own disk, where the identity lies as well.
 */
import type { Bytes } from '../../vector/vector.ts'
import { type PeerName, SIGNATURE_BYTES } from '../strategy.ts'
import { readHead } from './body.ts'
import { HASH_BYTES } from './chain.ts'
import type { HeldDelta } from './held-deltas.ts'
import type { KeptStatement } from './statements.ts'

export interface SavedLog {
  /** In the order in which they came. */
  readonly deltas: readonly HeldDelta[]
  /** Of deltas that are not among them. */
  readonly statements: readonly KeptStatement[]
}

/** Bytes of an origin's number, a delta's, and of the body's length. */
const HEADER_BYTES = 2 + 8 + 4
/** An entry without its body: signature, digest before, body's hash, digest. */
const ENTRY_BYTES = HEADER_BYTES + SIGNATURE_BYTES + 3 * HASH_BYTES
const NO_BODY: Bytes = new Uint8Array()

/** Origins without a number in `names` are left out. It may be megabytes: written in one piece. */
export const packLog = (names: readonly PeerName[], { deltas, statements }: SavedLog): Bytes => {
  const numbers = new Map(names.map((name, number) => [name, number]))
  const known = ({ origin }: KeptStatement): boolean => numbers.has(origin)
  const bodies = deltas.filter(known)
  const others = statements.filter(known)
  const length = bodies.reduce(
    (sum, { body }) => sum + body.length,
    (bodies.length + others.length) * ENTRY_BYTES
  )
  const bytes = new Uint8Array(length)
  const view = new DataView(bytes.buffer)
  let at = 0
  const write = (statement: KeptStatement, body: Bytes): void => {
    const { origin, seq, signature, previous, bodyHash, digest } = statement
    view.setUint16(at, numbers.get(origin)!)
    view.setFloat64(at + 2, seq)
    view.setUint32(at + 10, body.length)
    at += HEADER_BYTES
    for (const part of [signature, previous, bodyHash, digest, body]) {
      bytes.set(part, at)
      at += part.length
    }
  }
  for (const delta of bodies) write(delta, delta.body)
  for (const statement of others) write(statement, NO_BODY)
  return bytes
}

/** What cannot be read any more is left out: it only cannot be served. */
export const unpackLog = (names: readonly PeerName[], bytes: Bytes): SavedLog => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const deltas: HeldDelta[] = []
  const statements: KeptStatement[] = []
  let at = 0
  const take = (count: number): Bytes => {
    at += count
    // A Buffer's own slice would share its memory.
    return new Uint8Array(bytes.subarray(at - count, at))
  }
  while (at < bytes.length) {
    if (at + ENTRY_BYTES > bytes.length) return { deltas: [], statements: [] }
    const origin = names[view.getUint16(at)]
    const seq = view.getFloat64(at + 2)
    const length = view.getUint32(at + 10)
    if (origin === undefined || at + ENTRY_BYTES + length > bytes.length) {
      return { deltas: [], statements: [] }
    }
    at += HEADER_BYTES
    const signature = take(SIGNATURE_BYTES)
    const previous = take(HASH_BYTES)
    const bodyHash = take(HASH_BYTES)
    const digest = take(HASH_BYTES)
    const body = take(length)
    const statement = { origin, seq, signature, previous, bodyHash, digest }
    const head = readHead(body)
    if (typeof head === 'string') statements.push(statement)
    else deltas.push({ ...statement, body, head })
  }
  return { deltas, statements }
}
