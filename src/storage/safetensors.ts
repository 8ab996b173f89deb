import { readFile, stat } from 'node:fs/promises'
import { InvalidInputError } from '../errors.ts'
import { writeFileAtomic } from './atomic-file.ts'
import {
  type Metadata,
  type ParsedSafetensors,
  parseSafetensors,
  safetensorsBytes,
  type Tensors
} from './safetensors-format.ts'

export type { NamedTensor } from './safetensors-format.ts'
export { parseSafetensors, safetensorsBytes } from './safetensors-format.ts'

const MAX_FILE = 2 ** 31

export const writeSafetensors = (
  path: string,
  tensors: Tensors,
  metadata: Metadata = {}
): Promise<void> => writeFileAtomic(path, safetensorsBytes(tensors, metadata))

/** @throws InvalidInputError when the file is not a whole safetensors file of F32, F64 and I32 tensors */
export const readSafetensorsFile = async (path: string): Promise<ParsedSafetensors> => {
  const { size } = await stat(path)
  if (size > MAX_FILE) {
    const rule = `larger than ${MAX_FILE} bytes`
    throw new InvalidInputError([{ path, rule, remedy: 'write the file again' }])
  }
  return parseSafetensors(await readFile(path), path)
}

/** Its tensors alone. */
export const readSafetensors = async (path: string): Promise<ParsedSafetensors['tensors']> =>
  (await readSafetensorsFile(path)).tensors
