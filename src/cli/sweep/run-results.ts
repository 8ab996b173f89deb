/** What a run of a sweep has left behind. */
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { SweepMetricName } from '../../report/sweep-summary.ts'
import { type BaselineName, type Results, resultsSchema } from '../../storage/results.ts'
import { reasonOf } from '../read-document.ts'
import { fingerprint } from './canonical.ts'
import type { PlannedRun } from './plan.ts'
import type { RunResults } from './run-all.ts'

/** Figures of one run; null where it has none, as a run that diverged has no loss. */
export type Figures = Readonly<Record<SweepMetricName, number | null>>

/** The results of 10,000 peers with their history are a tenth of it. */
const MAX_BYTES = 512 << 20

const figuresOf = ({
  accuracy,
  validation,
  loss,
  bytes,
  baselines,
  consensus,
  seconds
}: Results): Figures => {
  const accuracyOf = (name: BaselineName): number | null =>
    baselines.find((baseline) => baseline.name === name)?.accuracy?.mean ?? null
  return {
    accuracy: accuracy?.mean ?? null,
    worst: accuracy?.worst ?? null,
    consensusModel: accuracy?.consensusModel ?? null,
    validation: validation?.accuracy ?? null,
    loss: loss?.mean ?? null,
    alone: accuracyOf('alone'),
    centralised: accuracyOf('centralised'),
    allReduce: accuracyOf('all-reduce'),
    bytesPerPeer: bytes.sentPerPeer,
    distance: consensus?.distance ?? null,
    roundsToGoal: consensus?.roundsToGoal ?? null,
    rate: consensus?.rate ?? null,
    predictedRate: consensus?.predictedRate ?? null,
    virtualSeconds: seconds.virtual
  }
}

const readJson = async (file: string): Promise<unknown> => {
  if ((await stat(file)).size > MAX_BYTES) throw new RangeError('it is too large')
  return JSON.parse(await readFile(file, 'utf8'))
}

/** What has been asked for: a scenario, by what tells it from others, with a seed. */
export interface WantedRun {
  readonly fingerprint: string
  readonly seed: number
}

/** `take` of a run that is whole, was not interrupted and is the wanted one. */
export const readWanted = async <F>(
  folder: string,
  wanted: WantedRun,
  take: (results: Results) => F
): Promise<RunResults<F>> => {
  let document: unknown
  try {
    document = await readJson(join(folder, 'results.json'))
  } catch (error) {
    return { unusable: `results.json cannot be read: ${reasonOf(error)}` }
  }
  const { data } = resultsSchema.safeParse(document)
  if (data === undefined) return { unusable: 'results.json is none that this version writes' }
  if (data.interrupted) return { unusable: 'the run was interrupted' }
  if (data.document === null) return { unusable: 'results.json does not say which scenario it ran' }
  const same = fingerprint(data.document) === wanted.fingerprint && data.seed === wanted.seed
  return same ? { figures: take(data) } : { unusable: 'results.json is of another scenario' }
}

/** The figures of a run of this cell and seed. */
export const readRun = (folder: string, { cell, seed }: PlannedRun): Promise<RunResults<Figures>> =>
  readWanted(folder, { fingerprint: cell.fingerprint, seed }, figuresOf)
