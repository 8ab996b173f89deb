/** What of the data a peer opens and trains on, as its manifest shares it out. */
import { type PublicFolderOptions, publicFolder } from '../data/public/public-folder.ts'
import type { Wanted } from '../data/wanted.ts'
import { InvalidInputError } from '../errors.ts'
import { homeOf, partsOf } from '../swarm/deal.ts'
import type { Bench, ShardTrainer } from '../training/bench.ts'
import type { DealtTrainer } from '../training/dealt.ts'
import { isSynthetic } from '../training/synthetic-bench.ts'
import type { ComputeSetup, DealAnswer, DealRequest } from './compute-messages.ts'

/** What the bench is told of the data. */
export interface DataChoice {
  readonly dataPath: string | null
  /** Into how many parts the data is split. */
  readonly shards: number
  readonly wanted: Wanted
  /** Whose draws these are; undefined: the shard's. */
  readonly label?: string
}

type DataSetup = Pick<
  ComputeSetup,
  'manifest' | 'shard' | 'self' | 'dataPath' | 'maxDataBytes' | 'cacheFolder'
>

/** Of a manifest that leaves the choice to its members, a model without data has one for everybody. */
const ownShard = ({ manifest, shard, self }: DataSetup): number => {
  if (manifest.sharing === undefined) return shard
  return isSynthetic(manifest.model) ? homeOf(self, manifest.shards) : 0
}

/** Fetches what the manifest lists, too. @throws InvalidInputError where it cannot be had */
export const chooseData = async (
  setup: DataSetup,
  hooks: Pick<PublicFolderOptions, 'onProgress' | 'onFailed'> = {}
): Promise<DataChoice> => {
  const { manifest, self: label, dataPath, maxDataBytes: maxBytes } = setup
  const { sharing, shards } = manifest
  // Where peers count by what they gain on the validation rows, each of them needs those.
  const validation = manifest.strategy['weighting'] === 'gain'
  const bounds = { validation, ...(maxBytes === null ? {} : { maxBytes }) }
  if (sharing === undefined || isSynthetic(manifest.model)) {
    return { dataPath, shards, wanted: { validation, shards: [ownShard(setup)] } }
  }
  // The number of shards is that of the members whom the run is planned for.
  if (sharing.kind === 'own') {
    return { dataPath, shards: 1, wanted: { ...bounds, shards: [0] }, label }
  }
  const cache = setup.cacheFolder === null ? {} : { cache: setup.cacheFolder }
  const folder = await publicFolder(sharing, dataPath, { ...hooks, ...cache })
  return { dataPath: folder, shards, wanted: { ...bounds, shards: [] }, label }
}

export interface SharedTrainer {
  readonly trainer: ShardTrainer
  /** Null: what it trains on stays what it is. */
  readonly dealt: DealtTrainer | null
}

export const trainerOn = (bench: Bench, setup: DataSetup): SharedTrainer => {
  if (setup.manifest.sharing?.kind === 'public' && bench.dealt !== undefined) {
    const dealt = bench.dealt()
    return { trainer: dealt, dealt }
  }
  return { trainer: bench.trainer(ownShard(setup)), dealt: null }
}

/** Deals this peer its parts. Data that cannot be read is no reason to end: it keeps what it has. */
export const deal = async (
  { trainer, dealt }: SharedTrainer,
  { self, manifest }: DataSetup,
  { trainers, epoch }: DealRequest
): Promise<DealAnswer> => {
  const parts = partsOf(self, trainers, manifest.shards, epoch)
  const began = performance.now()
  let trainedOn = dealt === null ? parts.length : 0
  let refused: string | null = null
  try {
    if (dealt !== null) trainedOn = (await dealt.deal(parts, epoch)).parts
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error
    refused = error.message
  }
  const seconds = (performance.now() - began) / 1000
  const { rows, classes } = trainer
  return { type: 'deal', parts: parts.length, trainedOn, rows, classes, seconds, refused }
}
