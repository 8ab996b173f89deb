/** What a member takes of its machine and its line, before it is one. */

import { peerConfigSchema } from '../../peer/config.ts'
import { type Part, totalOf } from '../../peer/limits/amount.ts'
import { diskParts } from '../../peer/limits/disk.ts'
import { memoryParts } from '../../peer/limits/memory.ts'
import type { Manifest } from '../../swarm/manifest.ts'
import { publicBytes } from '../../swarm/sharing-problems.ts'
import { plannedBytes } from '../../training/wasm/planned-bytes.ts'
import { wireLimits } from '../../wire/limits.ts'
import { dataBytesOf, knownModel, parametersOf } from './known-model.ts'
import { measureStep } from './measure-step.ts'
import { largestBody, roundBytes } from './traffic.ts'

const FLOAT = 4
const HOUR_MS = 3_600_000
/** Until the last message of a round has come, across a continent or so. */
export const ARRIVAL_MS = 100

export interface Estimate {
  /** Null: the manifest does not say, and they follow from data that are not here. */
  readonly parameters: number | null
  /** Null: not without the number of parameters. */
  readonly memory: readonly Part[] | null
  readonly disk: readonly Part[] | null
  readonly traffic: Traffic | null
  /** What the figures leave out, as clauses. */
  readonly leavesOut: readonly string[]
}

export interface Traffic {
  /** Sent, and as many received, in a round. */
  readonly roundBytes: number
  /** A local step here; null: it was not measured. */
  readonly stepMs: number | null
  /** A round, by the steps, ARRIVAL_MS and the strategy's own pace; null: not known. */
  readonly roundMs: number | null
  /** Sent in an hour at that pace; null: not known. */
  readonly hourBytes: number | null
  /** Once, for the replica of the others. */
  readonly snapshotBytes: number
}

const trafficOf = (manifest: Manifest, parameters: number, stepMs: number | null): Traffic => {
  const { strategy, training } = manifest
  const interval = Number(strategy['intervalMs'] ?? 0)
  const round = roundBytes(manifest, parameters)
  const steps = stepMs === null ? null : stepMs * training.localSteps + ARRIVAL_MS
  const paced = interval > 0 ? interval : null
  const roundMs = steps === null ? paced : Math.max(interval, steps)
  return {
    roundBytes: round,
    stepMs,
    roundMs,
    hourBytes: roundMs === null ? null : (round * HOUR_MS) / roundMs,
    snapshotBytes: FLOAT * parameters
  }
}

/** `measure`: whether a few steps are computed to see how long they take here. */
export const estimate = (manifest: Manifest, measure: boolean): Estimate => {
  const model = knownModel(manifest)
  const parameters = parametersOf(manifest, model)
  if (parameters === null) {
    const leavesOut = ['the size of the model, which follows from the data']
    return { parameters, memory: null, disk: null, traffic: null, leavesOut }
  }
  const data = dataBytesOf(manifest)
  const leavesOut = [
    ...(model === null && manifest.data.name !== 'none' ? ['what training a batch takes'] : []),
    ...(data === null ? ['the data in memory'] : []),
    ...(manifest.model.name === 'custom' ? ["what the members' own trainer takes"] : [])
  ]
  const engine = model === null ? 0 : plannedBytes(model, manifest.training.batch)
  const checkpoint = peerConfigSchema.shape.checkpoint.parse(undefined)
  const common = { manifest, parameters, diagnostics: false }
  const files = manifest.sharing === undefined ? 0 : publicBytes(manifest.sharing)
  return {
    parameters,
    memory: memoryParts({
      ...common,
      backend: 'wasm',
      bytes: { engine, data: data ?? 0 },
      wire: wireLimits(largestBody(manifest, parameters))
    }),
    disk: [
      ...diskParts({ ...common, checkpoint }),
      { what: 'the public files of the data, in the cache', bytes: files, shrink: null }
    ],
    traffic: trafficOf(
      manifest,
      parameters,
      measure && model !== null ? measureStep(model, manifest) : null
    ),
    leavesOut
  }
}

export const sumOf = (parts: readonly Part[]): number => Math.round(totalOf(parts))
