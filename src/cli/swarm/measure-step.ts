/** How long a local step takes on this machine: rounds, and bytes an hour, follow from it. */
import { seeded } from '../../random.ts'
import type { Manifest } from '../../swarm/manifest.ts'
import { rowBatch, textBatch } from '../../training/batch.ts'
import type { Model } from '../../training/models/model.ts'
import { plannedBytes } from '../../training/wasm/planned-bytes.ts'
import { openWasmEngine } from '../../training/wasm/wasm-engine.ts'
import { zeros } from '../../vector/vector.ts'

/** More would take long, or too much memory, for somebody who only wants to look. */
const MOST_BYTES = 2 ** 29
const MOST_PRODUCTS = 2e9
const ENOUGH_MS = 300
const MOST_STEPS = 50

/** Milliseconds, the fastest of a few with made-up examples; null: it is too large to be tried for that. */
export const measureStep = (model: Model, { training }: Manifest): number | null => {
  const { layout, classes, places, features } = model
  const { batch } = training
  if (layout.length * batch * places > MOST_PRODUCTS) return null
  if (plannedBytes(model, batch) > MOST_BYTES) return null
  const random = seeded(1)
  const engine = openWasmEngine(model, batch)
  try {
    const { x, labels } =
      model.config.name === 'gpt' ? textBatch(batch, features) : rowBatch(batch, features)
    const isText = model.config.name === 'gpt'
    for (let i = 0; i < x.length; i++) x[i] = isText ? random.integer(classes) : random.normal()
    for (let i = 0; i < labels.length; i++) labels[i] = random.integer(classes)
    const replica = model.initial(random)
    const gradient = zeros(layout.length)
    let best = Number.POSITIVE_INFINITY
    const began = performance.now()
    for (let step = 0; step < MOST_STEPS; step++) {
      const from = performance.now()
      engine.gradient(replica, { x, labels }, gradient)
      const to = performance.now()
      best = Math.min(best, to - from)
      if (to - began > ENOUGH_MS) break
    }
    return best
  } finally {
    engine.dispose()
  }
}
