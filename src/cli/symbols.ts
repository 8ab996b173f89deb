import { InvalidInputError } from '../errors.ts'
import type { Symbols } from './model-of-config.ts'

/** Those that are named when a prompt has characters that a text lacks. */
const MAX_NAMED = 10

/**
 * A prompt as the numbers that a model has learnt.
 *
 * @throws InvalidInputError where it is empty, or has characters that the text lacks
 */
export const numbersOf = (prompt: string, symbols: Symbols): number[] => {
  if (prompt === '') {
    const rule = 'must have at least one character'
    throw new InvalidInputError([{ path: '--prompt', rule, remedy: 'give a beginning' }])
  }
  if (symbols === null) return [...Buffer.from(prompt)]
  const numbers = new Map(symbols.map((symbol, i) => [symbol, i]))
  const characters = [...prompt]
  const strange = [...new Set(characters.filter((character) => !numbers.has(character)))]
  if (strange.length > 0) {
    const named = strange.slice(0, MAX_NAMED).map((character) => JSON.stringify(character))
    const more = strange.length > MAX_NAMED ? ` and ${strange.length - MAX_NAMED} more` : ''
    const rule = `has ${named.join(', ')}${more}, which the text does not have`
    const remedy = 'take characters that the model has learnt from'
    throw new InvalidInputError([{ path: '--prompt', rule, remedy }])
  }
  return characters.map((character) => numbers.get(character)!)
}

/** What a symbol is on stdout. */
export const bytesOf = (number: number, symbols: Symbols): Buffer =>
  symbols === null ? Buffer.of(number) : Buffer.from(symbols[number]!)
