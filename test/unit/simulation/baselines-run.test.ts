import test from 'ava'
import { type BaselineInit, runBaseline } from '../../../src/simulation/baselines/baseline.ts'
import type { Job, Score } from '../../../src/simulation/baselines/jobs.ts'
import { baselineSchema } from '../../../src/storage/results.ts'

const STEPS = 10

const score = (accuracy: number | null, loss: number): Score => ({
  accuracy,
  loss,
  bytesPerPeer: 12
})

/** Runs a baseline of four peers whose replicas score as `scoreOf` says. */
const runWith = async (scoreOf: (job: Job) => Score, some: Partial<BaselineInit> = {}) => {
  const jobs: Job[] = []
  const progress: number[] = []
  const outcome = await runBaseline({
    name: 'alone',
    peers: 4,
    steps: STEPS,
    learningRate: 0.1,
    factors: [0.5, 1, 2],
    run: async (job, onSteps) => {
      jobs.push(job)
      for (let half = 0; half < 2; half++) onSteps(STEPS / 2)
      return scoreOf(job)
    },
    onProgress: (done) => progress.push(done),
    ...some
  })
  baselineSchema.parse(outcome.baseline)
  return { ...outcome, jobs, progress }
}

test('should train every shard alone at every rate, then at the best of them', async (t) => {
  const { jobs } = await runWith(({ learningRate }) => score(learningRate === 0.2 ? 0.9 : 0.5, 1))
  const of = (learningRate: number, tuning: boolean): Job[] =>
    [0, 1, 2, 3].map((replica) => ({ baseline: 'alone', replica, learningRate, tuning }))
  t.deepEqual(jobs, [...of(0.05, true), ...of(0.1, true), ...of(0.2, true), ...of(0.2, false)])
})

for (const name of ['centralised', 'all-reduce'] as const) {
  test(`should train one replica for ${name}`, async (t) => {
    const { jobs, baseline, accuracies } = await runWith(() => score(0.9, 1), { name })
    t.deepEqual(
      jobs.map(({ baseline, replica }) => [baseline, replica]),
      [0.5, 1, 2, 1].map(() => [name, 0])
    )
    t.is(baseline.name, name)
    t.deepEqual(accuracies, [0.9])
  })
}

test('should choose by the held-out rows and report the test set', async (t) => {
  const held = [0.6, 0.8, 0.7, 0.5]
  const { baseline, accuracies } = await runWith(({ replica, learningRate, tuning }) => {
    if (!tuning) return score(held[replica]!, replica)
    // The means over the replicas are equal at 0.05 and 0.2: the loss decides.
    if (learningRate === 0.2) return score(replica === 0 ? 0 : 0.5, 1)
    return score(learningRate === 0.05 ? 0.375 : 0.25, 2)
  })
  t.is(baseline.learningRate, 0.2)
  t.deepEqual(
    baseline.grid.map(({ learningRate, loss }) => [learningRate, loss]),
    [
      [0.05, 2],
      [0.1, 2],
      [0.2, 1]
    ]
  )
  t.deepEqual(
    baseline.grid.map(({ accuracy }) => accuracy),
    [0.375, 0.25, 0.375]
  )
  t.true(Math.abs(baseline.accuracy!.mean - 0.65) < 1e-12)
  t.like(baseline.accuracy, { worst: 0.5, best: 0.8 })
  t.deepEqual(baseline.loss, { mean: 1.5, worst: 3, best: 0 })
  t.is(baseline.bytesPerPeer, 12)
  t.deepEqual(accuracies, held)
})

test('should try no rate without factors', async (t) => {
  const { jobs, baseline } = await runWith(() => score(0.9, 1), { factors: [] })
  t.true(jobs.every(({ tuning, learningRate }) => !tuning && learningRate === 0.1))
  t.is(jobs.length, 4)
  t.deepEqual(baseline.grid, [])
  t.is(baseline.learningRate, 0.1)
})

test('should leave numbers out where replicas have diverged', async (t) => {
  const diverged = ({ replica }: Job): Score => score(0.1, replica === 0 ? Number.NaN : replica)
  const { baseline } = await runWith(diverged)
  t.deepEqual(baseline.loss, { mean: null, worst: null, best: 1 })
  t.is(baseline.grid[0]!.loss, null)
  t.is(baseline.learningRate, 0.1)
  const all = await runWith(() => score(0.1, Number.POSITIVE_INFINITY))
  t.deepEqual(all.baseline.loss, { mean: null, worst: null, best: null })
})

test('should have no accuracy without classes', async (t) => {
  const { baseline, accuracies } = await runWith(({ learningRate }) => score(null, learningRate))
  t.is(baseline.accuracy, null)
  t.is(accuracies, null)
  t.is(baseline.learningRate, 0.05)
})

test('should report progress over all replicas and rates, and its end once', async (t) => {
  const { progress } = await runWith(() => score(0.9, 1))
  t.is(progress[0], 1 / 32)
  t.deepEqual(
    progress,
    progress.toSorted((a, b) => a - b)
  )
  t.is(progress.filter((done) => done >= 1).length, 1)
  t.is(progress.at(-1), 1)
})

test('should end at once without steps', async (t) => {
  const run = async (): Promise<Score> => score(0.1, 2)
  const { progress } = await runWith(() => score(0.1, 2), { steps: 0, run })
  t.deepEqual(progress, [1])
})
