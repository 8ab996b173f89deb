/** The bench that a thread trains on: the scenario's own, or the one for tuning. */
import { InvalidInputError } from '../../errors.ts'
import { type Bench, type BenchOptions, openBench } from '../../training/bench.ts'
import type { Evaluator } from '../../training/evaluate.ts'
import type { Job, Score, ThreadSetup } from './jobs.ts'
import { type Place, trainReplica } from './train.ts'

/** The rules that the number of training rows decides (src/data/partition.ts). */
const aboutRows = (path: string): boolean => path === 'peers' || path.startsWith('data.partition')

/** The rows that tuning holds out may leave too few for peers that the scenario's own rows are enough for. */
const withoutTuning = (error: unknown): unknown => {
  if (!(error instanceof InvalidInputError)) return error
  const problems = error.problems.map((problem) =>
    aboutRows(problem.path)
      ? {
          path: problem.path,
          rule: `${problem.rule}, when tuning holds rows out`,
          remedy: `${problem.remedy}, or set tuning to null`
        }
      : problem
  )
  return new InvalidInputError(problems, { cause: error })
}

/** What rates are chosen by: held-out rows, or what a model without data says of itself; never test rows. */
const judgeOf = (bench: Bench): Evaluator => {
  const validator = bench.validator()
  if (validator !== null) return validator
  if (bench.width === 0) return bench.evaluator()
  throw new InvalidInputError([
    {
      path: 'tuning',
      rule: 'must hold training rows out, and there are too few',
      remedy: 'set tuning to null, raise data.validation, or take a larger dataset'
    }
  ])
}

const placeOf = (
  bench: Bench,
  { recipe, shards: peers }: BenchOptions,
  evaluator: Evaluator
): Place => ({ bench, recipe, peers, evaluator })

/** Does jobs one at a time; `open` opens a bench. */
export const createWorkshop = (
  setup: ThreadSetup,
  open: (options: BenchOptions) => Promise<Bench> = openBench
): ((job: Job, onSteps: (count: number) => void) => Promise<Score>) => {
  const openOwn = async (): Promise<Place> => {
    const bench = await open(setup.own)
    return placeOf(bench, setup.own, bench.evaluator())
  }
  const openTuning = async (): Promise<Place> => {
    const bench = await open(setup.tuning).catch((error: unknown) => {
      throw withoutTuning(error)
    })
    return placeOf(bench, setup.tuning, judgeOf(bench))
  }
  let place: Place | null = null
  let forTuning = false
  return async (job, onSteps) => {
    // One bench at a time: it holds the data, and so does that of every other thread.
    if (place === null || job.tuning !== forTuning) {
      place?.bench.dispose()
      place = null
      place = await (job.tuning ? openTuning() : openOwn())
      forTuning = job.tuning
    }
    return trainReplica(place, job, onSteps)
  }
}
