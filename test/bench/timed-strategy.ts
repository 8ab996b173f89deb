import type { Compute, Kinds, Strategy, Trainer } from '../../src/strategy/strategy.ts'
import type { Stopwatches } from './stopwatches.ts'

const timedCompute = (compute: Compute<Kinds>, watches: Stopwatches): Compute<Kinds> => ({
  get replica() {
    return compute.replica
  },
  get mixed() {
    return compute.mixed
  },
  run: (job) => watches.time(job.kind, () => compute.run(job))
})

/** The same strategy; its jobs are timed by kind, its codec as `messages`. */
export const timedStrategy = (
  strategy: Strategy<Kinds>,
  watches: Stopwatches
): Strategy<Kinds> => ({
  ...strategy,
  codec: {
    maxBody: strategy.codec.maxBody,
    encode: (message) => watches.time('messages', () => strategy.codec.encode(message)),
    decode: (kind, channel, body) =>
      watches.time('messages', () => strategy.codec.decode(kind, channel, body))
  },
  compute: (trainer) => timedCompute(strategy.compute(trainer), watches)
})

/** The same trainer, timed as `training`. */
export const timedTrainer = (trainer: Trainer, watches: Stopwatches): Trainer => ({
  layout: trainer.layout,
  initial: () => trainer.initial(),
  train: (replica, steps, from) =>
    watches.time('training', () => trainer.train(replica, steps, from)),
  save: () => trainer.save(),
  restore: (saved) => trainer.restore(saved)
})
