import type { Bytes } from '../vector/vector.ts'
import { type DataFile, eachChunk } from './files/data-file.ts'
import { refuse } from './files/refuse.ts'

/** What a byte can number. */
const MAX_VOCABULARY = 256
const CODE_POINTS = 0x110000

/** How a file's bytes become the numbers that a model learns. */
export interface Symbols {
  /** Kinds of them; a number is below. */
  readonly kinds: number
  /** By number; null: bytes, which stand for themselves. */
  readonly vocabulary: readonly string[] | null
  /** Of the whole file. */
  readonly count: number
  /** Shows the file's numbers piece by piece, in order. */
  each(visit: (numbers: Bytes) => void): Promise<void>
}

export const byteSymbols = (file: DataFile): Symbols => ({
  kinds: 256,
  vocabulary: null,
  count: file.bytes,
  each: (visit) => eachChunk(file, visit)
})

/** Shows the text as it is decoded, piece by piece; no piece ends within a character. */
const eachPiece = async (file: DataFile, visit: (text: string) => void): Promise<void> => {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const decode = (chunk?: Bytes): string => {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true })
    } catch (error) {
      const remedy = 'convert it, for example with iconv -t utf-8, or take data.level=byte'
      return refuse(file.path, 'must be UTF-8', remedy, error)
    }
  }
  await eachChunk(file, (chunk) => visit(decode(chunk)))
  visit(decode())
}

/** A file's distinct characters, numbered by code point. */
export const characterSymbols = async (file: DataFile): Promise<Symbols> => {
  const isUsed = new Uint8Array(CODE_POINTS)
  let count = 0
  await eachPiece(file, (text) => {
    for (const character of text) {
      isUsed[character.codePointAt(0)!] = 1
      count++
    }
  })
  const used: number[] = []
  isUsed.forEach((flag, point) => {
    if (flag === 1) used.push(point)
  })
  if (used.length > MAX_VOCABULARY) {
    const rule = `must have at most ${MAX_VOCABULARY} distinct characters, has ${used.length}`
    const remedy = 'take data.level=byte, or a text in one alphabet'
    return refuse(file.path, rule, remedy)
  }
  return {
    kinds: used.length,
    vocabulary: used.map((point) => String.fromCodePoint(point)),
    count,
    each: (visit) => {
      const numbers = new Uint8Array(CODE_POINTS)
      used.forEach((point, number) => {
        numbers[point] = number
      })
      return eachPiece(file, (text) => {
        const piece = new Uint8Array(text.length)
        let length = 0
        for (const character of text) piece[length++] = numbers[character.codePointAt(0)!]!
        visit(piece.subarray(0, length))
      })
    }
  }
}
