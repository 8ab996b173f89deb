import { fileURLToPath } from 'node:url'
import type { z } from 'zod'
import { fetchDataset } from '../data/index.ts'
import { InvalidInputError } from '../errors.ts'
import type { Results } from '../storage/results.ts'
import type { RoundRecord } from '../storage/round-record.ts'
import type { Progress, RunOptions } from './run-options.ts'
import { parseScenario, type Scenario, type scenarioSchema } from './scenario.ts'
import { summarise } from './summarise.ts'
import { runVirtual } from './virtual-run.ts'

export interface SimulateOptions {
  /** The module that trains a model of kind `custom`: a path, or a file: URL. */
  readonly trainer?: string | URL
  /** Ends the run early but clean: what was measured is in the results. */
  readonly signal?: AbortSignal
  /** Every round of every peer, as it completes. */
  readonly onRound?: (record: RoundRecord) => void
  readonly onProgress?: (progress: Progress) => void
}

const virtualOnly = (): never => {
  const rule = 'starts processes of the command line, and this is the library'
  const remedy = 'set mode to virtual, or run swarmgrad simulate --live'
  throw new InvalidInputError([{ path: 'mode', rule, remedy }])
}

const pathOf = (module: string | URL | undefined): string | null => {
  if (module === undefined) return null
  return module instanceof URL ? fileURLToPath(module) : module
}

/**
 * Runs a scenario in this thread, in virtual time: real gradients and real messages over a modelled
 * network, the same results for the same seed. `scenario`: the document of docs/simulating.md.
 * Accuracies in the results are 0..1, losses in nats, bytes in bytes.
 *
 * @throws InvalidInputError with everything that is wrong with the scenario, its data or the trainer;
 * RunFailedError where no peer came to the end
 * @example
 * const { accuracy, bytes } = await simulate({
 *   name: 'mine', peers: 8, model: { name: 'mlp' }, data: { name: 'glyphs' },
 *   training: { learningRate: 0.1, steps: 400 }, strategy: { name: 'delta-set' },
 *   topology: { name: 'random-regular', degree: 4 }
 * })
 */
export const simulate = async (
  scenario: z.input<typeof scenarioSchema>,
  { trainer, signal, onRound, onProgress }: SimulateOptions = {}
): Promise<Results> => {
  const parsed: Scenario = parseScenario(scenario)
  if (parsed.mode === 'live') return virtualOnly()
  const options: RunOptions = {
    signal: signal ?? new AbortController().signal,
    onStart: async () => {},
    onRecord: (record) => onRound?.(record),
    onProgress: (progress) => onProgress?.(progress),
    trainer: pathOf(trainer)
  }
  const path = await fetchDataset({ ...parsed.data, signal: options.signal })
  const outcome = await runVirtual({ ...parsed, data: { ...parsed.data, path } }, options)
  return summarise(parsed, outcome, ['simulate'])
}
