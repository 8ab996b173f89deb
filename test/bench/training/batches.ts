import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Random, seeded } from '../../../src/random.ts'
import type { Batch } from '../../../src/training/batch.ts'
import type { Bytes, Vector } from '../../../src/vector/vector.ts'
import type { Case } from './cases.ts'

/** Different batches, drawn in turn. */
export const BATCHES = 8

const SEED = 1

const numbers = (count: number, below: number, random: Random): Bytes =>
  Uint8Array.from({ length: count }, () => random.integer(below))

const normals = (count: number, random: Random): Vector =>
  Float32Array.from({ length: count }, () => random.normal())

/** Noise with labels at random: what is in a batch has no part in the time that it takes. */
const drawBatch = ({ model, batch }: Case, random: Random): Batch => {
  const { features, places, classes } = model
  const elements = batch * features
  const x = places > 1 ? numbers(elements, classes, random) : normals(elements, random)
  return { x, labels: numbers(batch * places, classes, random) }
}

/** The same at every call. */
export const batchesOf = (one: Case, count = BATCHES): readonly Batch[] => {
  const random = seeded(SEED)
  return Array.from({ length: count }, (_, i) => drawBatch(one, random.fork(`batch ${i}`)))
}

/** The replica that everybody begins with. */
export const replicaOf = ({ model }: Case): Vector => model.initial(seeded(SEED).fork('replica'))

const bytesOf = ({ buffer, byteOffset, byteLength }: Uint8Array | Float32Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength)

/** A new folder with replica and batches, for programs in other languages. */
export const writeCase = async (one: Case): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'training-'))
  const batches = batchesOf(one)
  const xs = batches.map(({ x }) => bytesOf(x))
  await writeFile(join(folder, 'replica.f32'), bytesOf(replicaOf(one)))
  await writeFile(join(folder, 'x.bin'), Buffer.concat(xs))
  await writeFile(join(folder, 'labels.u8'), Buffer.concat(batches.map(({ labels }) => labels)))
  return folder
}

export const writeVector = (path: string, vector: Vector): Promise<void> =>
  writeFile(path, bytesOf(vector))

export const readVector = async (path: string): Promise<Vector> => {
  const bytes = await readFile(path)
  const vector = new Float32Array(bytes.length / 4)
  bytesOf(vector).set(bytes)
  return vector
}
