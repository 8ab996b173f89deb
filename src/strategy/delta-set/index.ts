/** Delta-set as a strategy: docs/strategies/delta-set.md. */
import {
  createDeltaDecoder,
  createDeltaEncoder,
  type DeltaCodeOptions,
  emptyDelta
} from '../../compression/delta/index.ts'
import { type Recipe, roundsOf } from '../../swarm/recipe.ts'
import { learningRateAt } from '../../swarm/schedule.ts'
import type { Layout } from '../../vector/layout.ts'
import type { SwarmContext } from '../context.ts'
import { strategyEntry } from '../entry.ts'
import type { Strategy } from '../strategy.ts'
import { hashOf } from './chain.ts'
import { deltaCodec } from './codec.ts'
import { DeltaCompute } from './compute.ts'
import { ControlVariate } from './control-variate.ts'
import { deltaFacts } from './facts.ts'
import { ONE } from './fixed-point.ts'
import type { DeltaKinds } from './kinds.ts'
import { openDeltas } from './limits.ts'
import {
  type DeltaOptions,
  defaultAlpha,
  defaultControl,
  deltaOptionsSchema,
  logBytesOf,
  maxDensityOf,
  momentumOf
} from './options.ts'
import { DeltaProtocol } from './protocol.ts'
import { deltaVariants } from './variants.ts'

const codeOptions = (options: DeltaOptions, layout: Layout): DeltaCodeOptions => ({
  layout,
  values: options.values,
  selection: options.selection,
  maxDensity: maxDensityOf(options),
  maxScale: Math.round(options.maxScale * ONE)
})

export const createDeltaSet = (
  recipe: Recipe,
  layout: Layout,
  { manifest, peers, sha256 = hashOf }: SwarmContext
): Strategy<DeltaKinds> => {
  const options = deltaOptionsSchema.parse(recipe.strategy)
  const { training } = recipe
  const { optimizer, batch, steps, localSteps } = training
  const code = codeOptions(options, layout)
  const control = options.controlVariates ?? defaultControl(optimizer)
  const { weighting = 'uniform' } = options
  // One for all peers of a thread: what it decodes is used at once.
  const decoder = createDeltaDecoder(code)
  return {
    name: 'delta-set',
    codec: deltaCodec(decoder, layout.length, weighting !== 'uniform'),
    protocol: (components) =>
      new DeltaProtocol(
        {
          manifest,
          sha256,
          rounds: roundsOf(training),
          bounds: {
            maxDensity: maxDensityOf(options),
            localSteps,
            maxLocalSteps: Math.max(options.maxLocalSteps, localSteps)
          },
          budget: components.budget ?? null,
          trains: components.trains ?? true,
          checkpointEvery: components.checkpointEvery ?? 0,
          parameters: layout.length,
          valueBits: options.values === 'one-bit' ? 1 : 2,
          samples: peers * steps * batch,
          samplesPerStep: peers * batch,
          density: options.density,
          alpha: options.alpha ?? defaultAlpha(optimizer),
          guard: options.guard,
          weighting,
          interval: options.intervalMs,
          staleness: options.staleness,
          deadline: { floor: options.deadline.floorMs, ceiling: options.deadline.ceilingMs },
          startPatience: options.startPatienceMs,
          nothing: emptyDelta(code),
          open: openDeltas(decoder.maxBytes),
          logBytes: logBytesOf(options, layout.length),
          faulty: options.faulty
        },
        components
      ),
    compute: (trainer) =>
      new DeltaCompute(
        {
          decay: options.decay,
          rateAt: (step) => learningRateAt(training, step),
          sha256,
          weighting
        },
        {
          encoder: createDeltaEncoder(code),
          decoder,
          control:
            control === 0 ? null : new ControlVariate(layout.length, control, momentumOf(optimizer))
        },
        trainer
      )
  }
}

export const deltaSet = strategyEntry({
  options: deltaOptionsSchema,
  variants: deltaVariants,
  create: createDeltaSet,
  facts: deltaFacts
})
