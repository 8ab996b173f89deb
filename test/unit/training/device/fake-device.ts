/** A device thread whose engine does arithmetic that a test can do as well. Test-only. */
import { setImmediate as turn } from 'node:timers/promises'
import { InvalidInputError } from '../../../../src/errors.ts'
import { serveDevice } from '../../../../src/training/device/serve-device.ts'
import type { AsyncDescender, AsyncEngine } from '../../../../src/training/tensors/async-engine.ts'
import { layoutOf } from '../../../../src/vector/layout.ts'
import { type FakeSetup, FREED, MISHAPS } from './fake-setup.ts'

const strike = async (label: number): Promise<void> => {
  switch (label) {
    case MISHAPS.error:
      throw new Error('the fake has failed')
    case MISHAPS.badInput:
      throw new InvalidInputError([{ path: 'model', rule: 'must be real', remedy: 'make it so' }])
    case MISHAPS.exit:
      process.exit(3)
      break
    case MISHAPS.silence:
      await new Promise(() => {})
      break
    case MISHAPS.stray:
      setImmediate(() => {
        throw new Error('a stray exception')
      })
      await new Promise(() => {})
  }
}

let freed = 0

const createDescender = (): AsyncDescender => {
  let steps = 0
  let descents = 0
  return {
    descend: async (replica, all, correction) => {
      let loss = 0
      descents += 1
      for (const { batch, rate } of all) {
        await turn()
        await strike(batch.labels[0]!)
        for (let i = 0; i < replica.length; i++) {
          replica[i] = replica[i]! / 2 + rate * batch.x[0]! + (correction?.[i] ?? 0)
        }
        loss += ++steps
      }
      return { loss, skipped: descents }
    },
    follow: async (replica, gradient, rate) => {
      if (!gradient.every(Number.isFinite)) return false
      for (let i = 0; i < replica.length; i++) replica[i] = replica[i]! - rate * gradient[i]!
      return true
    },
    save: async () => ({ vectors: {}, data: { name: 'sgd', steps, shares: null } }),
    restore: async ({ data }) => {
      steps = (data as { readonly steps: number }).steps
    },
    dispose: () => {
      freed += 1
    }
  }
}

const openFake = async ({ length, classes, open }: FakeSetup): Promise<AsyncEngine> => {
  await strike(open)
  return {
    backend: 'fake',
    layout: layoutOf([{ name: 'x', shape: [length] }]),
    gradient: async (replica, { x, labels }, into) => {
      await strike(labels[0]!)
      if (labels[0] === FREED) return freed
      for (let i = 0; i < length; i++) into[i] = 2 * replica[i]! + x[i % x.length]!
      return labels.reduce((sum, label) => sum + label, 0)
    },
    logits: async (replica, batches) => {
      const all = []
      for (const { x, labels } of batches) {
        await strike(labels[0]!)
        all.push(new Float32Array(labels.length * classes).fill(replica[0]! + x[0]!))
      }
      return all
    },
    descender: createDescender,
    dispose: () => {}
  }
}

await serveDevice(openFake)
