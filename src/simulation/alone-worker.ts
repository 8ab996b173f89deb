/** Trains the shards it is given, one after the other, each by itself (alone.ts). */
import { parentPort, workerData } from 'node:worker_threads'
import { openBench } from '../training/bench.ts'
import type { AloneReport, AloneTask } from './alone.ts'

/** Local steps between two reports of progress. */
const STRIDE = 100

const { bench: options, shards, steps } = workerData as AloneTask
const report = (message: AloneReport): void => parentPort?.postMessage(message)

const bench = await openBench(options)
const evaluator = bench.evaluator()
for (const shard of shards) {
  const trainer = bench.trainer(shard)
  const replica = trainer.initial()
  for (let done = 0; done < steps; done += STRIDE) {
    const count = Math.min(STRIDE, steps - done)
    trainer.train(replica, count)
    report({ type: 'steps', count })
  }
  report({ type: 'done', shard, accuracy: evaluator.evaluate(replica).accuracy })
}
