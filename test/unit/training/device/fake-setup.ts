import { startDevice } from '../../../../src/training/device/start-device.ts'
import type { Engine } from '../../../../src/training/engine.ts'
import { zeros } from '../../../../src/vector/vector.ts'

export interface FakeSetup {
  /** Parameters. */
  readonly length: number
  readonly classes: number
  /** A mishap while it opens; 0: none. */
  readonly open: number
}

/** First labels of batches on which the fake comes to grief. */
export const MISHAPS = { error: 250, badInput: 251, exit: 252, silence: 253, stray: 254 } as const

/** As the label of a gradient: its loss is the number of descenders that have been disposed of. */
export const FREED = 249

export const startFake = (
  { length = 4, classes = 3, open = 0 }: Partial<FakeSetup> = {},
  silence = 60_000
): Promise<Engine> =>
  startDevice({
    entry: new URL('./fake-device.ts', import.meta.url),
    setup: { length, classes, open },
    classes,
    capacity: 64,
    silence
  })

/** One example whose first element is x. */
export const batchOf = (x: number, label = 0, features = 1) => ({
  x: zeros(features).fill(x),
  labels: Uint8Array.of(label)
})

export const SGD = { name: 'sgd', momentum: 0 } as const
