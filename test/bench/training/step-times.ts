import { rm } from 'node:fs/promises'
import { RunFailedError } from '../../../src/errors.ts'
import { disagreement } from './agreement.ts'
import type { Usable } from './backends.ts'
import { writeCase } from './batches.ts'
import { CASES } from './cases.ts'
import type { Contender } from './contender.ts'
import {
  type Entrant,
  type FirstGradient,
  lineUp,
  type Ready,
  torchesFor,
  type Written
} from './line-up.ts'
import type { Memory } from './memory.ts'
import type { Turn } from './requests.ts'
import { ratioOf, relativeDifference, type Summary, summarise } from './summary.ts'
import { type Pair, takeTurns } from './turns.ts'

/** Of one contender and one model. */
export interface StepTimes {
  readonly backend: string
  readonly library: string
  readonly parameters: number
  /** Null where its time was up before a single turn had ended. */
  readonly summary: Summary | null
  /** Time of a step in units of PyTorch's. */
  readonly ratio: number | null
  /** Of the first batch's gradient to PyTorch's: |a - b| / |b|. */
  readonly gradientDifference: number | null
  /** After its last turn. */
  readonly memory: Memory | null
}

export interface CaseTimes {
  readonly model: string
  readonly parameters: number
  readonly batch: number
  readonly rows: readonly StepTimes[]
  /** What should have worked and did not. */
  readonly failures: readonly { readonly backend: string; readonly reason: string }[]
}

export interface StepOptions {
  /** The interpreter; null: without PyTorch. */
  readonly torch: string | null
  readonly backends: readonly Usable[]
  readonly rounds: number
  /** Of one turn. */
  readonly seconds: number
  readonly log: (line: string) => void
}

/** Null where it computes what the first of all does. */
const strangeness = ({ first }: Ready, reference: Ready | undefined): string | null => {
  const other = reference?.first ?? null
  if (first === null || other === null) return null
  const difference = disagreement(first, other)
  return difference && `${difference}: ${reference!.contender.name} computes something else`
}

/** PyTorch first. What does not work with one of our backends leaves the others as they are. */
const openAll = async (written: Written, options: StepOptions, started: Contender[]) => {
  const ready: Ready[] = []
  const failures: { backend: string; reason: string }[] = []
  const open = async (entrant: Entrant): Promise<void> => {
    options.log(`${written.name}: opening ${entrant.name}`)
    const opened = await lineUp(entrant, written, started)
    const reason = opened === null ? 'takes too long to open' : strangeness(opened, ready[0])
    if (reason !== null) throw new RunFailedError(reason)
    ready.push(opened!)
  }
  const { torch, backends } = options
  for (const entrant of torch === null ? [] : torchesFor(torch, written.one)) await open(entrant)
  for (const entrant of backends) {
    await open(entrant).catch((error: unknown) => {
      if (!(error instanceof RunFailedError)) throw error
      failures.push({ backend: entrant.name, reason: error.message })
    })
  }
  return { ready, failures }
}

const stepTimes = (
  { contender, opened, first }: Ready,
  batch: number,
  turns: readonly Turn[],
  pairs: readonly Pair[],
  reference: FirstGradient | null
): StepTimes => ({
  backend: contender.name,
  library: opened.library,
  parameters: opened.parameters,
  summary: summarise(turns, batch),
  ratio: ratioOf(pairs),
  gradientDifference: first && reference && relativeDifference(first.gradient, reference.gradient),
  memory: contender.memory()
})

const measure = async ({ name, one }: Written, ready: readonly Ready[], options: StepOptions) => {
  const { torch: python, seconds, rounds, log } = options
  // Thrown away: code is compiled and memory touched by then.
  for (const { runner } of ready) await runner.run(seconds)
  const torch = python === null ? null : ready[0]!
  const others = torch === null ? ready : ready.slice(1)
  const pairs = await takeTurns({
    runners: others.map(({ runner }) => runner),
    yardstick: torch?.runner ?? null,
    seconds,
    rounds,
    began: (round) => log(`${name}: round ${round} of ${rounds}`)
  })
  const rows = others.map((other, i) => {
    const turns = pairs[i]!.map(({ own }) => own)
    return stepTimes(other, one.batch, turns, pairs[i]!, torch?.first ?? null)
  })
  if (torch === null) return rows
  const turns = pairs.flat().flatMap(({ yardstick }) => yardstick ?? [])
  return [stepTimes(torch, one.batch, turns, [], null), ...rows]
}

/** Measures one model on every backend, and on PyTorch where there is an interpreter. */
export const measureCase = async (name: string, options: StepOptions): Promise<CaseTimes> => {
  const one = CASES[name]!()
  const folder = await writeCase(one)
  const started: Contender[] = []
  try {
    const written = { name, one, folder }
    const { ready, failures } = await openAll(written, options, started)
    const rows = await measure(written, ready, options)
    return { model: name, parameters: one.parameters, batch: one.batch, rows, failures }
  } finally {
    await Promise.all(started.map((contender) => contender.stop()))
    await rm(folder, { recursive: true })
  }
}
