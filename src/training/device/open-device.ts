import { workerEntry } from '../../worker-entry.ts'
import type { Engine } from '../engine.ts'
import { startDevice } from './start-device.ts'
import type { DeviceSetup, TensorSetup } from './tensor-setup.ts'

/**
 * A model's tfjs engine in a thread of its own, behind a synchronous interface, from the main thread
 * and from other threads alike. Every call starts another thread. `capacity`: examples of the largest
 * batch.
 *
 * @throws InvalidInputError, RunFailedError where the backend or the model cannot be opened.
 * @example
 * const engine = await openDevice({ backend: 'webgpu', model: config, sides }, 64)
 */
export const openDevice = (setup: TensorSetup, capacity: number): Promise<Engine> =>
  startDevice({
    entry: workerEntry('./device-worker', import.meta.url),
    setup: { ...setup, capacity } satisfies DeviceSetup,
    classes: setup.sides.classes,
    capacity
  })
