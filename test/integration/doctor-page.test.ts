import test from 'ava'
import { checkupOf } from '../../src/report/checkup.ts'
import { doctorPage } from '../../src/report/doctor-page.ts'
import { diagnose } from '../../src/training/backends/diagnose.ts'
import { candidateOf, failed, passed } from '../unit/training/backends/candidates-for-tests.ts'
import { ICD, nvidiaSystem, systemOf } from '../unit/training/backends/systems.ts'

const COMPUTER = {
  node: '24.21.0',
  cpu: 'A CPU',
  cores: 8,
  memoryBytes: 16e9,
  freeMemoryBytes: 4e9
}

test('a machine with a GPU that nothing is installed for', async (t) => {
  const candidates = [
    candidateOf('tensorflow', failed('not installed', 'npm install it')),
    candidateOf('webgpu', failed('wrong numbers: matmul gives 0, not 3234')),
    candidateOf(
      'wasm',
      { ...passed('programs'), notice: 'no vector instructions' },
      {
        serves: (model) => model === 'mlp' || model === 'gpt'
      }
    ),
    candidateOf('cpu', passed('tfjs 4.22.0'), { serves: (model) => model === 'mlp' })
  ]
  const system = nvidiaSystem({ [`${ICD}/nvidia_icd.json`]: '{}' })
  const checkup = checkupOf(COMPUTER, await diagnose(candidates, system))
  t.is(
    doctorPage(checkup),
    `Node    24.21.0 on linux, x64
CPU     A CPU, 8 cores
memory  16.0 GB, 4.0 GB of it free
GPU     NVIDIA GeForce RTX 4090 (Vulkan), NVIDIA's driver 550.54.15

backend     through             state    smoke test  note
tensorflow  tensorflow-package  skipped     not run  not installed
webgpu      webgpu-package      skipped      failed  wrong numbers: matmul gives 0, not 3234
wasm        programs            taken         12 ms  for mlp, gpt; no vector instructions
cpu         tfjs 4.22.0         ready         12 ms  not needed: others come first

Faster on this machine:  npm install it`
  )
})

test('a machine without a GPU', async (t) => {
  const candidates = [candidateOf('wasm', passed('programs'))]
  const checkup = checkupOf({ ...COMPUTER, cores: 1 }, await diagnose(candidates, systemOf({})))
  const page = doctorPage(checkup)
  t.regex(page, /^CPU {5}A CPU, 1 core$/m)
  t.regex(page, /^GPU {5}none found$/m)
  t.regex(page, /\n\nNothing that could be installed is known to be faster on this machine\.$/)
})
