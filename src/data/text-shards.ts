import { InvalidInputError } from '../errors.ts'
import type { Random } from '../random.ts'
import type { DataConfig } from '../swarm/recipe.ts'
import type { Bytes } from '../vector/vector.ts'
import type { OnProgress } from './dataset.ts'
import { type DatasetConfig, openDataset } from './index.ts'
import type { Run } from './text.ts'
import { lengthOf, partitionText } from './text-partition.ts'
import { checkMemory, type Wanted } from './wanted.ts'

/** A text split among the peers of a swarm: those parts that were wanted. */
export interface TextShards {
  /** Different symbols: characters, or the 256 bytes. */
  readonly vocabulary: number
  /** What one peer trains on. */
  part(shard: number): Bytes
  /** What all peers train on, part after part. */
  union(): Bytes
  readonly test: Bytes
  /** The end of the training text, which `data.validation` keeps aside, nobody's; null without. */
  readonly validation: Bytes | null
  /** Symbols, each a byte, of what one peer trains on. */
  bytesOf(shard: number): number
  /** Reads what these peers train on, wanted or not, part after part, into memory of their own. */
  read(shards: readonly number[], onProgress?: OnProgress): Promise<Bytes>
}

const checkLength = (path: string, what: string, length: number, least: number): void => {
  if (length >= least) return
  const rule = `must leave ${least} characters for the ${what}, leaves ${length}`
  const remedy = 'take a longer text, or a smaller model.context'
  throw new InvalidInputError([{ path, rule, remedy }])
}

const noProgress: OnProgress = () => undefined

/**
 * `least`: symbols that every part must have. Neighbouring ones help to guess each other, so what is
 * kept aside is one run.
 *
 * @throws InvalidInputError when the text cannot be read, cannot be split like this, or is too much.
 */
export const openTextShards = async (
  config: DataConfig & DatasetConfig,
  peers: number,
  least: number,
  random: Random,
  wanted: Wanted = {},
  onProgress = noProgress
): Promise<TextShards> => {
  const text = await openDataset({ ...config, name: 'text' })
  const kept = text.cut - Math.round(config.validation * text.cut)
  const test: Run = [text.cut, text.length]
  const held: Run = [kept, text.cut]
  checkLength(config.path!, 'test at its end', lengthOf([test]), least)
  const hasValidation = config.validation > 0
  if (hasValidation) checkLength('data.validation', 'validation', lengthOf([held]), least)
  const parts = partitionText(config.partition, kept, peers, least, random)

  const shards = [...(wanted.shards ?? parts.keys())].sort((a, b) => a - b)
  const groups = shards.map((shard) => parts[shard]!)
  const isValidated = hasValidation && wanted.validation !== false
  if (isValidated) groups.push([held])
  groups.push([test])
  const starts = [0]
  for (const runs of groups) starts.push(starts.at(-1)! + lengthOf(runs))
  checkMemory(starts.at(-1)!, wanted, 'parts')
  const memory = await text.load(groups.flat(), onProgress)
  const between = (first: number, last: number): Bytes =>
    memory.subarray(starts[first]!, starts[last + 1]!)
  return {
    vocabulary: text.kinds,
    part: (shard) => {
      const group = shards.indexOf(shard)
      if (group < 0) throw new RangeError(`the part of shard ${shard} was not wanted`)
      return between(group, group)
    },
    union: () => {
      if (shards.length < peers) throw new RangeError('the parts of all shards were not wanted')
      return between(0, peers - 1)
    },
    test: between(groups.length - 1, groups.length - 1),
    validation: isValidated ? between(shards.length, shards.length) : null,
    bytesOf: (shard) => lengthOf(parts[shard]!),
    read: (some, onRead = noProgress) => {
      const read = some.toSorted((a, b) => a - b).flatMap((shard) => parts[shard]!)
      checkMemory(lengthOf(read), wanted, 'parts')
      return text.load(read, onRead)
    }
  }
}
