/** A small peer's state for the tests of what keeps it. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { seeded } from '../../../src/random.ts'
import type { Files } from '../../../src/storage/files.ts'
import { StateStore } from '../../../src/storage/state-store.ts'
import type { Checkpoint } from '../../../src/strategy/strategy.ts'
import { layoutOf } from '../../../src/vector/layout.ts'

export interface Own {
  readonly kind: 'own'
  readonly seq: number
  readonly bytes: Uint8Array
}

export interface Whole extends Checkpoint {
  readonly cut: ReadonlyArray<{ readonly origin: string; readonly seq: number }>
}

export type Kept = Own | Whole

export const OWNER = { manifest: 'ab'.repeat(32), self: '12D3KooWExampleExampleExample' }
export const OWNER_NAME = `${'ab'.repeat(8)}-${OWNER.self.slice(-16)}`

export const LAYOUT = layoutOf([
  { name: 'hidden/kernel', shape: [5, 3] },
  { name: 'hidden/bias', shape: [3] }
])

export const own = (seq: number, length = 3): Own => ({
  kind: 'own',
  seq,
  bytes: Uint8Array.from({ length }, (_, i) => (seq + i) % 256)
})

export const owns = (from: number, to: number): Own[] =>
  Array.from({ length: to - from + 1 }, (_, i) => own(from + i))

/** One of each kind of number, and all that DAG-CBOR can say. */
export const whole = (round: number): Whole => {
  const random = seeded(round)
  const numbers = (length: number): number[] => Array.from({ length }, () => random.normal())
  return {
    kind: 'checkpoint',
    round,
    cut: [{ origin: 'peer-1', seq: round }],
    compute: {
      vectors: {
        replica: Float32Array.from(numbers(LAYOUT.length)),
        base: Int32Array.of(round, -1, 2 ** 31 - 1, -(2 ** 31)),
        'trainer/moments': Float64Array.from([...numbers(2), Number.NaN, -0, 5e-324]),
        'trainer/first': Float32Array.from(numbers(3)),
        empty: new Float32Array(0)
      },
      data: { step: 8 * round, random: [2 ** 32 - 1, 0.5, -1], name: 'adam', none: null, on: true }
    }
  }
}

export interface Found {
  readonly records: readonly Kept[]
  readonly notices: readonly string[]
}

export const open = (place: string, keep = 2, files?: Files) =>
  StateStore.open<Kept>(place, OWNER, {
    layout: LAYOUT,
    keep,
    ...(files === undefined ? {} : { files })
  })

/** What a life finds, and what it adds: checkpoints and own records, one after the other. */
export const life = async (place: string, added: readonly Kept[] = []): Promise<Found> => {
  const { store, records, notices } = await open(place)
  for (const record of added) {
    if (record.kind === 'own') await store.append(record)
    else await store.checkpoint(record)
  }
  await store.close()
  return { records, notices }
}

export const checkpointsIn = (place: string): string => join(place, 'checkpoints', OWNER_NAME)
export const recordsIn = (place: string): string => join(place, 'records', OWNER_NAME)

const digits = (number: number): string => String(number).padStart(10, '0')

export const checkpointAt = (place: string, number: number): string =>
  join(checkpointsIn(place), digits(number))
export const recordsAt = (place: string, number: number): string =>
  join(recordsIn(place), `${digits(number)}.bin`)

/** All files below, as paths from there; ascending. */
export const filesIn = async (place: string): Promise<string[]> => {
  const entries = await readdir(place, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(place.length + 1))
    .sort()
}
