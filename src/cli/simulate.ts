/** `swarmgrad simulate`: reads the scenario, runs it, writes the folder and prints what came out. */
import { join } from 'node:path'
import { fetchDataset } from '../data/index.ts'
import { InvalidInputError, RunFailedError } from '../errors.ts'
import { closingTable } from '../report/closing-table.ts'
import type { Spectator } from '../simulation/live/live-run.ts'
import type { RunOptions } from '../simulation/run-options.ts'
import type { Scenario } from '../simulation/scenario.ts'
import type { RunOutcome } from '../simulation/summarise.ts'
import type { SimulateFlags } from './commands/simulate.ts'
import { Gathered } from './gathered.ts'
import type { LiveDashboard } from './live-dashboard.ts'
import { createProgress } from './progress.ts'
import { reasonOf } from './read-document.ts'
import { checkFolder, RunFolder } from './run-folder.ts'
import { loadScenario } from './scenario-file.ts'
import { stopSignal } from './signals.ts'

const WHOLE = /^\d+$/

const checkSeed = (seed: string): void => {
  if (WHOLE.test(seed) && Number.isSafeInteger(Number(seed))) return
  const rule = `must be a whole number from 0, is '${seed}'`
  throw new InvalidInputError([{ path: '--seed', rule, remedy: 'write it like --seed 1' }])
}

const overridesOf = (flags: SimulateFlags): readonly string[] => [
  ...(flags.set ?? []),
  ...(flags.seed === undefined ? [] : [`seed=${flags.seed}`]),
  ...(flags.backend === undefined ? [] : [`backend=${flags.backend}`]),
  ...(flags.live === true ? ['mode=live'] : []),
  ...(flags.virtual === true ? ['mode=virtual'] : [])
]

/** @throws InvalidInputError with everything that is wrong with flags, scenario and data */
const readRequest = async (path: string, flags: SimulateFlags): Promise<Scenario> => {
  const { seed, out } = flags
  const found = new Gathered()
  if (seed !== undefined) await found.from(() => checkSeed(seed))
  if (out !== undefined) await found.from(() => checkFolder(out))
  const { seed: _seed, ...others } = flags
  const scenario = await loadScenario(path, overridesOf(found.empty ? flags : others), found)
  if (flags.dashboard === true && scenario.mode === 'virtual') {
    const rule = 'shows real peers, and this run has none'
    throw new InvalidInputError([{ path: '--dashboard', rule, remedy: 'add --live' }])
  }
  return scenario
}

/** runs/<name>-seed<seed>-<UTC time to the second> */
const defaultFolder = ({ name, seed }: Scenario): string => {
  const time = new Date().toISOString().replace(/[-:]|\.\d+Z$/g, '')
  return join('runs', `${name.replace(/[^\w.-]+/g, '-')}-seed${seed}-${time}`)
}

const run = async (
  scenario: Scenario,
  folder: string,
  options: RunOptions,
  spectator: Spectator | null
): Promise<RunOutcome> => {
  // Loading libp2p takes as long as a small virtual run.
  if (scenario.mode === 'virtual') {
    const { runVirtual } = await import('../simulation/virtual-run.ts')
    return runVirtual(scenario, options)
  }
  const { runLive } = await import('../simulation/live/live-run.ts')
  const command = [process.execPath, process.argv[1]!]
  return runLive(scenario, { ...options, folder: join(folder, 'peers'), command, spectator })
}

const say = (text: string): void => void process.stderr.write(`${text}\n`)

/** Its pages and their library are loaded only where they are asked for. */
const openDashboard = async (): Promise<LiveDashboard> => {
  const { openLiveDashboard } = await import('./live-dashboard.ts')
  const dashboard = await openLiveDashboard()
  say(`dashboard: ${dashboard.url}`)
  return dashboard
}

export const simulate = async (path: string, flags: SimulateFlags): Promise<void> => {
  const scenario = await readRequest(path, flags)
  const { summarise } = await import('../simulation/summarise.ts')
  const { writeReport } = await import('./report.ts')
  const place = flags.out ?? defaultFolder(scenario)
  const dashboard = flags.dashboard === true ? await openDashboard() : null
  const { signal, release } = stopSignal()
  const failed = new AbortController()
  const folder = new RunFolder(place, () => failed.abort())
  const progress = createProgress(scenario)
  signal.addEventListener('abort', () => {
    progress.stop()
    say('stopping; what was measured is kept (again: stop now)')
  })
  try {
    const path = await fetchDataset({
      ...scenario.data,
      signal,
      onProgress: ({ done, total }) => progress.show({ stage: 'download', done: done / total })
    }).catch((error: unknown) => {
      throw signal.aborted ? new RunFailedError('stopped before the data had come') : error
    })
    const data = { ...scenario.data, path }
    const outcome = await run(
      { ...scenario, data },
      place,
      {
        signal: AbortSignal.any([signal, failed.signal]),
        onStart: () => folder.open(),
        onRecord: (record) => {
          folder.record(record)
          progress.record(record)
          dashboard?.record(record)
        },
        onProgress: (news) => progress.show(news)
      },
      dashboard
    )
    progress.stop()
    await folder.close()
    const results = summarise(scenario, outcome, ['swarmgrad', ...process.argv.slice(2)])
    const text = await folder.writeResults(results)
    const report = await writeReport(place, text).catch((error: unknown) => {
      // The run is whole without its page.
      say(`no report.html: ${reasonOf(error)}`)
      return null
    })
    const files = [folder.resultsFile, ...(report === null ? [] : [report])].join('\n')
    process.stdout.write(flags.json === true ? text : `${closingTable(results)}\n\n${files}\n`)
  } catch (error) {
    progress.stop()
    await folder.close()
    if (error instanceof InvalidInputError && folder.empty) await folder.discard()
    throw error
  } finally {
    await dashboard?.close()
    release()
  }
}
