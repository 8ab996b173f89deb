/** The virtual network as a scenario describes it: one kind of link for all, or classes of links. */
import { z } from 'zod'
import { nameSchema } from '../swarm/recipe.ts'

const MAX_MS = 60_000

/** A number, or a distribution that every peer draws its own from, once. */
export const amountSchema = (least: number, most: number) => {
  const value = z.number().min(least).max(most)
  return z.union(
    [
      value,
      z.strictObject({ distribution: z.literal('uniform'), from: value, to: value }),
      /** `median` times exp(sigma times a standard normal), kept within the field's bounds. */
      z.strictObject({
        distribution: z.literal('lognormal'),
        median: value,
        sigma: z.number().min(0).max(5)
      })
    ],
    {
      error:
        `must be a number from ${least} to ${most}, { distribution: uniform, from, to } ` +
        'or { distribution: lognormal, median, sigma }'
    }
  )
}

export type Amount = z.output<ReturnType<typeof amountSchema>>

const mbps = z.number().gt(0).max(1e6)
const probability = z.number().min(0).max(0.5)

const linkShape = {
  /** One way; a path takes the mean of its two ends'. */
  latencyMs: amountSchema(0, MAX_MS),
  /** Mean of an exponential that every frame is late by, in addition. */
  jitterMs: z.number().min(0).max(MAX_MS),
  bandwidthMbps: z.union([mbps, z.strictObject({ up: mbps, down: mbps })], {
    error: 'must be a number above 0 and at most 1000000, or { up, down } with two of these'
  }),
  /** Probability that a frame between two such peers is lost and breaks their link. */
  loss: probability
} as const

const linkSchema = z.strictObject(linkShape)

export type LinkConfig = z.output<typeof linkSchema>

export interface LinkClass extends LinkConfig {
  readonly name: string
  readonly share: number
}

/** Orders of magnitude of access networks, not measurements of any one. */
const PRESETS = {
  fibre: { latencyMs: 5, jitterMs: 0.5, bandwidthMbps: { up: 500, down: 500 }, loss: 0 },
  home: { latencyMs: 20, jitterMs: 3, bandwidthMbps: { up: 20, down: 100 }, loss: 0.0001 },
  mobile: { latencyMs: 50, jitterMs: 15, bandwidthMbps: { up: 8, down: 40 }, loss: 0.002 }
} satisfies Record<string, LinkConfig>

const classSchema = z
  .strictObject({
    name: nameSchema,
    /** Relative to the other classes. */
    share: z.number().gt(0).max(1e6),
    latencyMs: linkShape.latencyMs.optional(),
    jitterMs: linkShape.jitterMs.optional(),
    bandwidthMbps: linkShape.bandwidthMbps.optional(),
    loss: linkShape.loss.optional()
  })
  .transform(({ name, share, ...given }): LinkClass => {
    const preset = Object.hasOwn(PRESETS, name)
      ? PRESETS[name as keyof typeof PRESETS]
      : PRESETS.home
    return {
      name,
      share,
      latencyMs: given.latencyMs ?? preset.latencyMs,
      jitterMs: given.jitterMs ?? preset.jitterMs,
      bandwidthMbps: given.bandwidthMbps ?? preset.bandwidthMbps,
      loss: given.loss ?? preset.loss
    }
  })

export const networkSchema = z
  .strictObject({
    latencyMs: linkShape.latencyMs.default(20),
    jitterMs: linkShape.jitterMs.default(0),
    bandwidthMbps: linkShape.bandwidthMbps.default(50),
    loss: linkShape.loss.default(0),
    /** Probability that a frame arrives a second time. */
    duplicates: probability.default(0),
    /** Frames that are late by `ms` more, and those behind them on the link. */
    delays: z
      .strictObject({ probability, ms: z.number().min(0).max(3_600_000) })
      .nullable()
      .default(null),
    /** Classes of links instead of the one above: `fibre`, `home`, `mobile`, or any other name. */
    classes: z.array(classSchema).max(20).default([]),
    /** How long the others take to learn that a peer has come or has left. */
    discoveryMs: z.number().min(0).max(3_600_000).default(1000),
    /** How long a silent peer counts as a member. */
    forgetMs: z.number().min(0).max(3.6e9).default(300_000)
  })
  .prefault({})

export type NetworkConfig = z.output<typeof networkSchema>
