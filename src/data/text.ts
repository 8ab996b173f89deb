import { InvalidInputError } from '../errors.ts'
import type { Bytes } from '../vector/vector.ts'
import { readText } from './text-file.ts'

/** A text as numbers of characters, each an index into the vocabulary. */
export interface Text {
  readonly name: 'text'
  /** Its distinct characters, by code point. */
  readonly vocabulary: readonly string[]
  readonly train: Bytes
  readonly test: Bytes
}

/** What a byte can number. */
const MAX_VOCABULARY = 256
/** Share of the text, from its beginning, that is for training; the rest is the test. */
const TRAIN_SHARE = 0.9

const codePoint = (character: string): number => character.codePointAt(0)!

const vocabularyOf = (path: string, content: string): readonly string[] => {
  const seen = new Set<string>()
  for (const character of content) seen.add(character)
  if (seen.size > MAX_VOCABULARY) {
    const rule = `must have at most ${MAX_VOCABULARY} distinct characters, has ${seen.size}`
    const remedy = 'take a text in one alphabet, or replace its rare characters'
    throw new InvalidInputError([{ path, rule, remedy }])
  }
  return [...seen].sort((a, b) => codePoint(a) - codePoint(b))
}

/** Reads a text (text-file.ts). Throws InvalidInputError with what is wrong with it. */
export const loadText = async (path: string | null): Promise<Text> => {
  const content = await readText(path)
  const vocabulary = vocabularyOf(path!, content)
  const numbers = new Map(vocabulary.map((character, number) => [character, number]))
  const characters = Uint8Array.from(content, (character) => numbers.get(character)!)
  const cut = Math.floor(TRAIN_SHARE * characters.length)
  return {
    name: 'text',
    vocabulary,
    train: characters.subarray(0, cut),
    test: characters.subarray(cut)
  }
}
