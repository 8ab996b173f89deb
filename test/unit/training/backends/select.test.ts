import test from 'ava'
import type { Candidate } from '../../../../src/training/backends/candidate.ts'
import { CANDIDATES } from '../../../../src/training/backends/candidates.ts'
import { explainSelection } from '../../../../src/training/backends/explain.ts'
import { findHardware } from '../../../../src/training/backends/hardware.ts'
import { selectBackend } from '../../../../src/training/backends/select.ts'
import { hasProgram } from '../../../../src/training/wasm/create-program.ts'
import { candidateOf, failed, passed } from './candidates-for-tests.ts'
import { amdSystem, ICD, nvidiaSystem, systemOf } from './systems.ts'

const bare = () => findHardware(systemOf({}))

test('auto takes the first that passes, and tries no other', async (t) => {
  const candidates = [
    candidateOf('tensorflow', failed('not installed', 'npm install it')),
    candidateOf('webgpu', failed('wrong numbers: matmul gives 0, not 1')),
    candidateOf('wasm', passed('programs')),
    candidateOf('cpu', passed('tfjs'))
  ]
  const selection = await selectBackend({
    choice: 'auto',
    model: 'mlp',
    candidates,
    hardware: bare
  })
  t.is(selection.taken.candidate, candidates[2]!)
  t.deepEqual(
    candidates.map(({ tested }) => tested()),
    [1, 1, 1, 0]
  )
  t.deepEqual(explainSelection(selection), [
    'taken: wasm (programs), smoke test passed in 12 ms',
    'skipped: tensorflow (tensorflow-package): not installed',
    'skipped: webgpu (webgpu-package): wrong numbers: matmul gives 0, not 1',
    'skipped: cpu (cpu-package): wasm comes first',
    'faster here: npm install it'
  ])
})

test('auto has TensorFlow behind the programs where it has no GPU, unless it is asked for', async (t) => {
  const select = (choice: 'auto' | 'tensorflow', model: 'mlp' | 'quadratic', gpu: boolean) =>
    selectBackend({
      choice,
      model,
      candidates: [
        candidateOf('tensorflow', { ...passed('TF'), gpu }),
        candidateOf('wasm', passed('programs'))
      ],
      hardware: bare
    })
  const backends = async (...asked: Parameters<typeof select>) =>
    (await select(...asked)).taken.candidate.backend
  t.is(await backends('auto', 'mlp', true), 'tensorflow')
  t.is(await backends('auto', 'mlp', false), 'wasm')
  t.is(await backends('tensorflow', 'mlp', false), 'tensorflow')
  // What has no program.
  t.is(await backends('auto', 'quadratic', false), 'tensorflow')
  const { skipped } = await select('auto', 'mlp', false)
  t.is(skipped[0]!.reason, 'works, but without a GPU it is slower than our own programs')
})

test('what does not serve the model is neither tried nor named', async (t) => {
  const candidates = [
    candidateOf('wasm', passed('programs'), { serves: (model) => model !== 'gpt' }),
    candidateOf('wasm', passed('tfjs'))
  ]
  const select = (model: 'mlp' | 'gpt') =>
    selectBackend({ choice: 'auto', model, candidates, hardware: bare })
  t.is((await select('mlp')).taken.candidate, candidates[0]!)
  const { taken, skipped } = await select('gpt')
  t.is(taken.candidate, candidates[1]!)
  t.deepEqual(skipped, [])
})

test('a choice tries its own candidates only, in their order', async (t) => {
  const candidates = [
    candidateOf('tensorflow', failed('not installed', 'npm install gpu')),
    candidateOf('tensorflow', passed('tfjs-node'), { through: 'tfjs-node' }),
    candidateOf('wasm', passed('programs'))
  ]
  const select = (choice: 'tensorflow' | 'wasm') =>
    selectBackend({ choice, model: 'mlp', candidates, hardware: bare })
  const { taken, skipped, remedy } = await select('tensorflow')
  t.is(taken.candidate, candidates[1]!)
  t.deepEqual(
    skipped.map(({ reason }) => reason),
    ['not installed', 'not asked for']
  )
  t.is(remedy, 'npm install gpu')
  t.is((await select('wasm')).remedy, null, 'nobody has asked for a faster one')
})

test('a choice that cannot be had says why, and what to do', async (t) => {
  const candidates = [
    candidateOf('webgpu', failed('not installed', 'npm install webgpu')),
    candidateOf('wasm', passed('programs'))
  ]
  const error = await t.throwsAsync(
    selectBackend({ choice: 'webgpu', model: 'mlp', candidates, hardware: bare })
  )
  t.like(error, {
    name: 'InvalidInputError',
    problems: [
      {
        path: 'backend',
        rule: 'webgpu cannot be used here; webgpu-package: not installed',
        remedy: 'npm install webgpu, or take the backend auto'
      }
    ]
  })
})

test('TensorFlow that is missing is that for CUDA only where CUDA is', async (t) => {
  const candidates = CANDIDATES.slice(0, 2).map((candidate): Candidate => {
    const verdict = failed('not installed', `npm install ${candidate.through}`)
    return { ...candidate, test: async () => verdict }
  })
  for (const [system, remedy] of [
    [systemOf({}), 'npm install @tensorflow/tfjs-node, or take the backend auto'],
    [nvidiaSystem(), 'npm install @tensorflow/tfjs-node-gpu, or take the backend auto']
  ] as const) {
    const hardware = () => findHardware(system)
    const error = await t.throwsAsync(
      selectBackend({ choice: 'tensorflow', model: 'mlp', candidates, hardware })
    )
    t.like(error, { problems: [{ path: 'backend', remedy }] })
  }
})

test('a machine that can do nothing says so', async (t) => {
  const candidates = [candidateOf('wasm', failed('no memory')), candidateOf('cpu', failed('no'))]
  await t.throwsAsync(selectBackend({ choice: 'auto', model: 'mlp', candidates, hardware: bare }), {
    name: 'InvalidInputError',
    message: /wasm-package: no memory; cpu-package: no/
  })
})

test('the remedy is worth its installation on this machine, or there is none', async (t) => {
  // The program's own candidates, as a machine has them where nothing optional is installed.
  const uninstalled = CANDIDATES.map((candidate): Candidate => {
    const { backend, through } = candidate
    const installed = backend === 'wasm' || backend === 'cpu'
    const packages = through.replaceAll(',', '')
    const verdict = installed ? passed('') : failed('not installed', `npm install ${packages}`)
    return { ...candidate, test: async () => verdict }
  })
  const vulkan = { [`${ICD}/radeon_icd.x86_64.json`]: '{}', [`${ICD}/nvidia_icd.json`]: '{}' }
  const webgpu = 'npm install webgpu @tensorflow/tfjs-backend-webgpu'
  for (const [name, system, remedy] of [
    ['nothing', systemOf({}), null],
    ['CUDA', nvidiaSystem(vulkan), 'npm install @tensorflow/tfjs-node-gpu'],
    ['CUDA without Vulkan', nvidiaSystem(), 'npm install @tensorflow/tfjs-node-gpu'],
    ['CUDA on Arm', { ...nvidiaSystem(vulkan), arch: 'arm64' }, webgpu],
    ['AMD', amdSystem(vulkan), webgpu],
    ['AMD without Vulkan', amdSystem(), null],
    ['a Mac', systemOf({ platform: 'darwin', arch: 'arm64' }), webgpu]
  ] as const) {
    const selection = await selectBackend({
      choice: 'auto',
      model: 'mlp',
      candidates: uninstalled,
      hardware: () => findHardware(system)
    })
    t.is(selection.remedy, remedy, name)
  }
})

test('the order of auto: native TensorFlow, WebGPU, wasm, plain JavaScript', (t) => {
  t.deepEqual(
    CANDIDATES.map(({ backend, module, engine }) => [backend, module, engine]),
    [
      ['tensorflow', '@tensorflow/tfjs-node-gpu', 'tensors'],
      ['tensorflow', '@tensorflow/tfjs-node', 'tensors'],
      ['webgpu', null, 'tensors'],
      ['wasm', null, 'wasm'],
      ['wasm', null, 'tensors'],
      ['cpu', null, 'tensors']
    ]
  )
})

test('every model is served on wasm by one engine, its program before tfjs', (t) => {
  const wasm = CANDIDATES.filter(({ backend }) => backend === 'wasm')
  for (const model of ['mlp', 'cnn', 'resnet20', 'gpt'] as const) {
    const serving = wasm.filter((candidate) => candidate.serves(model))
    t.deepEqual(
      serving.map(({ engine }) => engine),
      [hasProgram(model) ? 'wasm' : 'tensors'],
      model
    )
  }
})

test('the program itself finds a backend on wasm', async (t) => {
  const { taken } = await selectBackend({ choice: 'wasm', model: 'mlp' })
  t.is(taken.candidate.engine, 'wasm')
})
