import { InvalidInputError } from '../errors.ts'
import type { Random } from '../random.ts'
import type { DataConfig } from '../swarm/recipe.ts'
import type { Bytes } from '../vector/vector.ts'
import type { DatasetConfig } from './index.ts'
import { loadText } from './text.ts'
import { partitionText } from './text-partition.ts'

/** A text split among the peers of a swarm. */
export interface TextShards {
  /** Distinct characters. */
  readonly vocabulary: number
  /** What each peer trains on. */
  readonly parts: readonly Bytes[]
  readonly test: Bytes
  /** The end of the training text, which `data.validation` keeps aside, nobody's; null without. */
  readonly validation: Bytes | null
}

const checkLength = (path: string, what: string, text: Bytes, least: number): void => {
  if (text.length >= least) return
  const rule = `must leave ${least} characters for the ${what}, leaves ${text.length}`
  const remedy = 'take a longer text, or a smaller model.context'
  throw new InvalidInputError([{ path, rule, remedy }])
}

/**
 * `least`: characters that every part must have. Neighbouring characters help to guess each other, so
 * what is kept aside is one run.
 *
 * @throws InvalidInputError when the text cannot be read or cannot be split like this.
 */
export const openTextShards = async (
  config: DataConfig & DatasetConfig,
  peers: number,
  least: number,
  random: Random
): Promise<TextShards> => {
  const { vocabulary, train, test } = await loadText(config.path)
  const kept = train.length - Math.round(config.validation * train.length)
  const validation = train.subarray(kept)
  checkLength(config.path!, 'test, a tenth of the text', test, least)
  if (config.validation > 0) checkLength('data.validation', 'validation', validation, least)
  return {
    vocabulary: vocabulary.length,
    parts: partitionText(config.partition, train.subarray(0, kept), peers, least, random),
    test,
    validation: config.validation > 0 ? validation : null
  }
}
