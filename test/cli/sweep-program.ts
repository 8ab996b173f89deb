/**
 * `swarmgrad` whose runs do what a test tells them: `simulate` connects to the test, says who it is, and
 * ends as it is told. All other commands are the real ones.
 */
import { writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { basename, join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { main } from '../../src/cli/main.ts'
import { loadScenario } from '../../src/cli/scenario-file.ts'
import type { Scenario } from '../../src/simulation/scenario.ts'
import { RESULTS } from '../unit/report/results.ts'

/** What a run may be told to do. `hold`: nothing yet; `ignore`: not to end on SIGINT, either. */
export type Order = 'finish' | 'fail' | 'die' | 'vanish' | 'hold' | 'ignore'

const writeResults = (folder: string, scenario: Scenario, interrupted: boolean): Promise<void> => {
  // So that means and deviations can be told by hand: 0.5 and a hundredth for each seed and peer.
  const mean = 0.5 + (scenario.seed + scenario.peers) / 100
  const accuracy = { ...RESULTS.accuracy, mean }
  const { seed } = scenario
  const results = { ...RESULTS, seed, accuracy, interrupted, document: scenario }
  return writeFile(join(folder, 'results.json'), JSON.stringify(results))
}

const simulate = async (): Promise<void> => {
  const { values, positionals } = parseArgs({
    args: process.argv.slice(3),
    allowPositionals: true,
    options: {
      set: { type: 'string', multiple: true },
      seed: { type: 'string' },
      out: { type: 'string' }
    }
  })
  const folder = values.out!
  const overrides = [...(values.set ?? []), `seed=${values.seed}`]
  const scenario = await loadScenario(positionals[0]!, overrides)
  const socket = connect(process.env['SWEEP_TEST_SOCKET']!)
  const end = (code: number): void => {
    process.exitCode = code
    socket.end()
  }
  let ignoring = false
  process.on('SIGINT', async () => {
    if (ignoring) return
    await writeResults(folder, scenario, true)
    end(0)
  })
  process.once('disconnect', () => process.exit(1))
  process.channel?.unref()
  socket.write(`${basename(folder)}\n`)
  createInterface({ input: socket }).on('line', async (order) => {
    switch (order as Order) {
      case 'finish':
        await writeResults(folder, scenario, false)
        return end(0)
      case 'fail':
        process.stderr.write('first line\nthe reason\n')
        return end(1)
      case 'die':
        return void process.kill(process.pid, 'SIGKILL')
      case 'vanish':
        return end(0)
      case 'ignore':
        ignoring = true
    }
  })
}

if (process.argv[2] === 'simulate') await simulate()
else await main(process.argv)
