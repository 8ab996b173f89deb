/** Uses the fake, as a thread or as a process, and leaves it as it is. Test-only. */
import { parentPort } from 'node:worker_threads'
import { zeros } from '../../../../src/vector/vector.ts'
import { batchOf, startFake } from './fake-setup.ts'

const engine = await startFake({ length: 2 })
const into = zeros(2)
const loss = engine.gradient(Float32Array.of(1, 2), batchOf(1, 6), into)
if (parentPort === null) process.stdout.write(`${[loss, ...into]}\n`)
else parentPort.postMessage([loss, ...into])
