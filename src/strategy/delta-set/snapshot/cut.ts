/** A named cut through the set: where every origin stands, and which replica that makes. */
import { hexToBytes } from '@noble/hashes/utils.js'
import type { Bytes } from '../../../vector/vector.ts'
import { ByteWriter } from '../../../wire/byte-writer.ts'
import type { PeerName } from '../../strategy.ts'
import { hashOf } from '../chain.ts'
import type { HeldDeltas } from '../held-deltas.ts'
import type { CutLine } from './messages.ts'

const DOMAIN = 'swarmgrad/snapshot/1'

/** Where one origin stands. */
export interface CutEntry {
  readonly seq: number
  /** Rows of all its deltas that count up to here. */
  readonly samples: number
  readonly digest: Bytes
}

/** In the order of the names. */
export type Cut = ReadonlyMap<PeerName, CutEntry>

const sorted = (entries: Iterable<readonly [PeerName, CutEntry]>): Cut =>
  new Map([...entries].sort(([a], [b]) => (a < b ? -1 : 1)))

export const cutOf = (held: HeldDeltas): Cut =>
  sorted(
    [...held.origins()].flatMap((origin) => {
      const { seq, digest } = held.position(origin)
      const entry = { seq, digest, samples: held.samplesOf(origin) }
      return seq === 0 ? [] : [[origin, entry] as const]
    })
  )

/** The cut of a message; null: an origin is unknown, or mentioned twice. */
export const cutFrom = (
  lines: readonly CutLine[],
  nameOf: (origin: number) => PeerName | undefined
): Cut | null => {
  const entries = new Map<PeerName, CutEntry>()
  for (const { origin, seq, samples, digest } of lines) {
    const name = nameOf(origin)
    if (name === undefined || seq === 0 || entries.has(name)) return null
    entries.set(name, { seq, samples, digest })
  }
  return sorted(entries)
}

export const linesOf = (cut: Cut, numberOf: (origin: PeerName) => number): readonly CutLine[] =>
  Array.from(cut, ([origin, entry]) => ({ origin: numberOf(origin), ...entry }))

/** What is signed: that the replica at this cut has this root. It names the snapshot. */
export const snapshotId = (manifest: string, cut: Cut, root: string): Bytes => {
  const writer = new ByteWriter().text(DOMAIN).bytes(hexToBytes(manifest)).varint(cut.size)
  for (const [origin, { seq, samples, digest }] of cut) {
    writer.text(origin).varint(seq).varint(samples).bytes(digest)
  }
  return hashOf(writer.bytes(hexToBytes(root)).done())
}

export const samplesOf = (cut: Cut): number => {
  let sum = 0
  for (const { samples } of cut.values()) sum += samples
  return sum
}
