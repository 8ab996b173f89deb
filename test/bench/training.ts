/**
 * How fast every backend trains, on one thread, beside PyTorch in the same run
 * (`npm run bench:training -- --torch PYTHON`); docs/performance.md says what is measured and how.
 * Progress goes to stderr, the tables to stdout.
 */
import { printError } from '../../src/cli/print-error.ts'
import { InvalidInputError } from '../../src/errors.ts'
import type { Unusable, Usable } from './training/backends.ts'
import { type ColdStart, type FirstStep, measureColdStart } from './training/cold-start.ts'
import { type Growth, measureGrowth } from './training/growth.ts'
import { type Options, type Part, readOptions } from './training/options.ts'
import { measurePeers } from './training/peer-memory.ts'
import { checkTorch, platform } from './training/platform.ts'
import { type CaseTimes, measureCase } from './training/step-times.ts'
import * as text from './training/text.ts'
import { tryOut } from './training/try-out.ts'

/** What starts and memory are measured with. */
const SMALL = 'mlp'

const print = (line: string): void => void process.stdout.write(`${line}\n`)
const log = (line: string): void => void process.stderr.write(`${line}\n`)

const findBackends = async ({ backends }: Options) => {
  const usable: Usable[] = []
  const leftOut: Unusable[] = []
  for (const name of backends) {
    log(`trying ${name}`)
    const found = await tryOut(name)
    if ('reason' in found) leftOut.push(found)
    else usable.push(found)
  }
  return { usable, leftOut }
}

const firstStepsOf = (backends: readonly Usable[]): readonly FirstStep[] => [
  ...backends.map(({ name }) => ({ what: 'engine', backend: name, model: SMALL }) as const),
  ...(backends.some(({ name }) => name === 'wasm') ? [{ what: 'trainer' } as const] : [])
]

const run = async (options: Options): Promise<void> => {
  const { models, torch, rounds, seconds, json } = options
  const has = (part: Part): boolean => options.parts.includes(part)
  const show = (lines: string): void => (json ? undefined : print(lines))

  const machine = platform()
  show(text.platformText(machine))
  const { usable: backends, leftOut } = await findBackends(options)
  for (const one of leftOut) show(text.leftOutText(one))

  const steps: CaseTimes[] = []
  for (const name of has('steps') ? models : []) {
    const times = await measureCase(name, { torch, backends, rounds, seconds, log })
    if (times.failures.length > 0) process.exitCode = 1
    steps.push(times)
    show(`\n${text.caseText(times)}`)
  }

  const coldStarts: ColdStart[] = []
  for (const task of has('cold-start') ? firstStepsOf(backends) : []) {
    log(`cold start: ${task.what}${'backend' in task ? ` on ${task.backend}` : ''}`)
    coldStarts.push(await measureColdStart(task))
  }
  if (coldStarts.length > 0) show(`\n${text.coldStartText(coldStarts)}`)

  const growth: Growth[] = []
  for (const backend of has('growth') ? backends : []) {
    log(`growth: ${backend.name}`)
    growth.push(await measureGrowth(backend.name, SMALL))
  }
  if (growth.length > 0) show(`\n${text.growthText(growth)}`)

  if (has('peers')) log('live peers')
  const peers = has('peers') ? await measurePeers() : null
  if (peers !== null) show(`\n${text.peersText(peers)}`)

  if (json) print(JSON.stringify({ machine, options, leftOut, steps, coldStarts, growth, peers }))
}

const main = async (): Promise<void> => {
  const options = readOptions(process.argv.slice(2))
  if (options.torch !== null) checkTorch(options.torch)
  await run(options)
}

try {
  await main()
} catch (error) {
  printError(error)
  process.exitCode = error instanceof InvalidInputError ? 2 : 1
}
