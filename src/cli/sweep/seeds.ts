import { InvalidInputError } from '../../errors.ts'

const WHOLE = /^\d+$/
const MAX_COUNT = 10_000

const refuse = (rule: string): never => {
  const remedy = 'write it like --seeds 3 (the seeds 1, 2 and 3) or --seeds 1,2,5'
  throw new InvalidInputError([{ path: '--seeds', rule, remedy }])
}

const seedOf = (text: string): number => {
  const seed = Number(text)
  if (!WHOLE.test(text) || !Number.isSafeInteger(seed)) {
    return refuse(`a seed must be a whole number from 0, is '${text}'`)
  }
  return seed
}

/** `3` is a number of seeds, 1 to 3; `1,2,5` are the seeds themselves. @throws InvalidInputError */
export const parseSeeds = (text: string): readonly number[] => {
  const parts = text.split(',').map((part) => part.trim())
  if (parts.length === 1) {
    const count = Number(text)
    if (!WHOLE.test(text.trim()) || count < 1 || count > MAX_COUNT) {
      return refuse(`a number of seeds must be from 1 to ${MAX_COUNT}, is '${text}'`)
    }
    return Array.from({ length: count }, (_, index) => index + 1)
  }
  const seeds = parts.map(seedOf)
  const seen = new Set<number>()
  const repeated = seeds.find((seed) => seen.size === seen.add(seed).size)
  return repeated === undefined ? seeds : refuse(`gives the seed ${repeated} twice`)
}
