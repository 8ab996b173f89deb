import { join } from 'node:path'
import test from 'ava'
import { parseScenario } from '../../../src/simulation/scenario.ts'
import { runVirtual } from '../../../src/simulation/virtual-run.ts'
import { folderOf } from '../data/text-files.ts'

test('a run that is stopped while its data are read ends there, before anything has begun', async (t) => {
  const rows = Array.from({ length: 20 }, (_, i) => `${i},${i % 2}`)
  const folder = await folderOf(t, { 'table.csv': ['x,kind', ...rows].join('\n') })
  const scenario = parseScenario({
    name: 'stopped',
    peers: 2,
    model: { name: 'mlp' },
    data: { name: 'csv', path: join(folder, 'table.csv'), label: 'kind' },
    training: { learningRate: 0.1, steps: 8 },
    strategy: { name: 'delta-set' },
    topology: { name: 'full' }
  })
  const running = runVirtual(scenario, {
    signal: AbortSignal.abort(),
    onStart: async () => t.fail('begun'),
    onRecord: () => t.fail('recorded'),
    onProgress: () => undefined
  })
  await t.throwsAsync(running, {
    name: 'RunFailedError',
    message: 'stopped before the data had been read'
  })
})
