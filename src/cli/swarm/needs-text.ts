/** What joining takes, in sentences that say how they were come by. */
import { arithmetic, mebibytes } from '../../peer/limits/amount.ts'
import { bytesText } from '../../report/figures.ts'
import { STRATEGIES } from '../../strategy/registry.ts'
import type { Manifest } from '../../swarm/manifest.ts'
import { durationOf } from '../duration.ts'
import { ARRIVAL_MS, type Estimate, sumOf, type Traffic } from './estimate.ts'
import type { Fact } from './plain-words.ts'

const secondsText = (ms: number): string =>
  ms < 10_000 ? `${(ms / 1000).toPrecision(2)} s` : durationOf(ms / 1000)

const paceWords = ({ stepMs, roundMs }: Traffic, { training }: Manifest): string => {
  if (roundMs === null) return 'how long a round takes is not known: that follows from the members'
  if (stepMs === null)
    return `with a round every ${secondsText(roundMs)}, the shortest that it allows`
  const steps = `${training.localSteps} steps of ${stepMs.toPrecision(2)} ms, measured here`
  return `with a round every ${secondsText(roundMs)}: ${steps}, and ${secondsText(ARRIVAL_MS)} for messages`
}

const networkLines = (traffic: Traffic, manifest: Manifest): readonly string[] => {
  const { roundBytes, hourBytes, snapshotBytes } = traffic
  const each = `${bytesText(roundBytes)} a round up, and the same down, by arithmetic for ${manifest.shards} members`
  const once = `and ${bytesText(snapshotBytes)} once, where others have begun before you`
  const hour =
    hourBytes === null ? [] : [`about ${bytesText(hourBytes)} an hour up, and the same down,`]
  const share = STRATEGIES[manifest.strategy.name]!.budget
    ? ['budget in peer.json makes it less']
    : []
  return [...hour, paceWords(traffic, manifest), each, once, ...share]
}

/** Sums with their lines. */
const partLines = (parts: NonNullable<Estimate['memory']>): readonly string[] => [
  `about ${mebibytes(sumOf(parts))} at the highest:`,
  ...arithmetic(parts).split('\n').slice(0, -1)
]

export const needFacts = (
  { memory, disk, traffic, leavesOut }: Estimate,
  manifest: Manifest
): readonly Fact[] => {
  const left = leavesOut.length === 0 ? [] : [{ name: 'not counted', lines: leavesOut }]
  if (memory === null || disk === null || traffic === null) return left
  return [
    { name: 'memory', lines: partLines(memory) },
    { name: 'disk', lines: partLines(disk) },
    { name: 'network', lines: networkLines(traffic, manifest) },
    ...left
  ]
}

const LABEL_WIDTH = 14

export const factsText = (facts: readonly Fact[]): string =>
  facts
    .flatMap(({ name, lines: [first = '', ...others] }) => [
      `  ${name.padEnd(LABEL_WIDTH)}${first}`,
      ...others.map((line) => `  ${''.padEnd(LABEL_WIDTH)}${line}`)
    ])
    .join('\n')
