import { createHash } from 'node:crypto'
import { endianness } from 'node:os'
import { InvalidInputError } from '../errors.ts'
import { replicaOf } from '../storage/replica-file.ts'
import { readSafetensors } from '../storage/safetensors.ts'
import type { Manifest } from '../swarm/manifest.ts'
import type { Layout } from '../vector/layout.ts'
import type { Vector } from '../vector/vector.ts'

/** Parameters of a model that can be trained are far below; training from beyond would not come back. */
const MOST = 100

const refuse = (path: string, rule: string, remedy: string): never => {
  throw new InvalidInputError([{ path, rule, remedy }])
}

/** SHA-256 over the float32 values in layout order, little-endian; hexadecimal. */
export const initialHash = (replica: Vector): string => {
  const { buffer, byteOffset, byteLength } = replica
  const bytes = Buffer.from(buffer, byteOffset, byteLength)
  const portable = endianness() === 'LE' ? bytes : Buffer.from(bytes).swap32()
  return createHash('sha256').update(portable).digest('hex')
}

const checkValues = (path: string, replica: Vector, { tensors }: Layout): void => {
  const at = replica.findIndex((value) => !(Math.abs(value) <= MOST))
  if (at < 0) return
  const { name, offset } = tensors.findLast((tensor) => tensor.offset <= at)!
  const rule = `must hold numbers from -${MOST} to ${MOST}, element ${at - offset} of ${name} is ${replica[at]}`
  refuse(path, rule, 'give parameters that a model has been trained to')
}

/**
 * Reads the file that a swarm begins with; the function gives its replica once the layout is known.
 *
 * @throws InvalidInputError, as does the function, where it is no replica of such a model
 */
export const readInitial = async (path: string): Promise<(layout: Layout) => Vector> => {
  const tensors = await readSafetensors(path).catch((error: NodeJS.ErrnoException) => {
    if (error instanceof InvalidInputError) throw error
    const remedy = 'give the path of a safetensors file (swarmgrad export writes them)'
    return refuse(path, `cannot be read: ${error.code ?? error.message}`, remedy)
  })
  return (layout) => {
    const replica = replicaOf(layout, tensors, path)
    checkValues(path, replica, layout)
    return replica
  }
}

/** @throws InvalidInputError where the swarm begins with a file, and this peer has none */
export const checkInitialGiven = ({ initial }: Manifest, path: string | null): void => {
  if (initial === undefined || path !== null) return
  const rule = `must name the file that this swarm begins with, whose hash is ${initial}`
  refuse('initial', rule, 'get the file from a member, and give its path here or with --initial')
}

/**
 * The manifest of the swarm that begins with this replica: where it names none, another swarm.
 *
 * @throws InvalidInputError where it names another
 */
export const withInitial = (manifest: Manifest, path: string, replica: Vector): Manifest => {
  const initial = initialHash(replica)
  if (manifest.initial !== undefined && manifest.initial !== initial) {
    const rule = `has the hash ${initial}, this swarm begins with ${manifest.initial}`
    return refuse(path, rule, 'get the file that the other members began with')
  }
  return { ...manifest, initial }
}
