import type { Bytes } from '../../vector/vector.ts'
import { type DataFile, withFile } from '../files/data-file.ts'
import { quote, refuse } from '../files/refuse.ts'
import { type Decode, loadJpeg, loadPng, type Picture } from './decoders.ts'
import { isJpeg, readJpeg } from './jpeg.ts'
import { isPng, readPng } from './png.ts'
import { type Sides, sidesRule } from './sides.ts'

/** Of one file. */
const MAX_BYTES = 2 ** 25

interface Format {
  isOne(bytes: Bytes): boolean
  /** A rule where it is none after all. */
  sidesOf(bytes: Bytes): Sides | string
  load(): Promise<Decode>
}

/** Told by how the content begins: names lie. */
const FORMATS: readonly Format[] = [
  { isOne: isPng, sidesOf: readPng, load: loadPng },
  { isOne: isJpeg, sidesOf: readJpeg, load: loadJpeg }
]

export const readImage = async (file: DataFile): Promise<Bytes> => {
  if (file.bytes > MAX_BYTES) {
    refuse(file.path, `must be at most ${MAX_BYTES} bytes long, is ${file.bytes}`, file.remedy)
  }
  return withFile(file, async (handle) => new Uint8Array(await handle.readFile()))
}

export type DecodeImage = (file: DataFile, bytes: Bytes) => Promise<Picture>

/** Decodes PNG and JPEG files whose headers keep within the limits. @throws InvalidInputError */
export const createDecode = (): DecodeImage => {
  const decoders = new Map<Format, Promise<Decode>>()
  const decoderOf = (format: Format): Promise<Decode> => {
    const decoder = decoders.get(format) ?? format.load()
    decoders.set(format, decoder)
    return decoder
  }
  return async ({ path, remedy }, bytes) => {
    const format = FORMATS.find(({ isOne }) => isOne(bytes))
    if (format === undefined) return refuse(path, 'must be a PNG or JPEG file', remedy)
    const sides = format.sidesOf(bytes)
    if (typeof sides === 'string') return refuse(path, sides, remedy)
    const rule = sidesRule(sides)
    if (rule !== null) return refuse(path, rule, remedy)
    const decode = await decoderOf(format)
    const picture = await decode(bytes.buffer).catch((error: unknown) =>
      refuse(path, `must be an image, says its decoder: ${quote((error as Error).message)}`, remedy)
    )
    if (picture.width === sides.width && picture.height === sides.height) return picture
    return refuse(path, 'must have the sides that its header says', remedy)
  }
}
