/** From nothing to the first finished step, in a process or a worker thread that has just begun. */
import module from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import type { FirstStep } from './cold-start.ts'

// As swarmgrad.js does.
module.enableCompileCache()

const task: FirstStep = workerData ?? JSON.parse(process.argv[2]!)
if (task.what === 'engine') {
  const { stepOnEngine } = await import('./step-on-engine.ts')
  await stepOnEngine(task.backend, task.model)
} else {
  const { stepOnTrainer } = await import('./step-on-trainer.ts')
  await stepOnTrainer()
}
if (parentPort === null) process.stdout.write('stepped')
else parentPort.postMessage('stepped')
