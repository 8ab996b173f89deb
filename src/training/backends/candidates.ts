import { hasProgram } from '../wasm/create-program.ts'
import { openWasmEngine } from '../wasm/wasm-engine.ts'
import type { Candidate, Verdict } from './candidate.ts'
import type { Hardware } from './hardware.ts'
import { smokeEngine } from './smoke/engine.ts'
import { tensorCandidate } from './tensor-candidate.ts'

const PROGRAMS = "swarmgrad's own programs"

const always = (): boolean => true
const never = (): boolean => false

/** TensorFlow for CUDA is made for x64 only. */
const hasCuda = ({ platform, arch, nvidia }: Hardware): boolean =>
  nvidia !== null && arch === 'x64' && (platform === 'linux' || platform === 'win32')

const hasGpu = ({ gpus }: Hardware): boolean => gpus.some(({ api }) => api !== null)

const testPrograms = async (): Promise<Verdict> => {
  const began = performance.now()
  const failed = (reason: string): Verdict => ({
    passed: false,
    installed: true,
    reason,
    remedy: null
  })
  try {
    const wrong = smokeEngine(openWasmEngine)
    if (wrong !== null) return failed(wrong)
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error))
  }
  const seconds = (performance.now() - began) / 1000
  return { passed: true, description: PROGRAMS, gpu: false, notice: null, seconds }
}

/** In the order in which `auto` tries them. */
export const CANDIDATES: readonly Candidate[] = [
  tensorCandidate({
    backend: 'tensorflow',
    module: '@tensorflow/tfjs-node-gpu',
    through: '@tensorflow/tfjs-node-gpu',
    packages: ['@tensorflow/tfjs-node-gpu'],
    serves: always,
    promises: hasCuda
  }),
  tensorCandidate({
    backend: 'tensorflow',
    module: '@tensorflow/tfjs-node',
    through: '@tensorflow/tfjs-node',
    packages: ['@tensorflow/tfjs-node'],
    serves: always,
    promises: never
  }),
  tensorCandidate({
    backend: 'webgpu',
    module: null,
    through: 'webgpu, @tensorflow/tfjs-backend-webgpu',
    packages: ['webgpu', '@tensorflow/tfjs-backend-webgpu'],
    serves: always,
    promises: hasGpu
  }),
  {
    backend: 'wasm',
    engine: 'wasm',
    module: null,
    through: PROGRAMS,
    serves: hasProgram,
    promises: never,
    test: testPrograms
  },
  tensorCandidate({
    backend: 'wasm',
    module: null,
    through: '@tensorflow/tfjs-backend-wasm',
    packages: [],
    serves: (model) => !hasProgram(model),
    promises: never
  }),
  tensorCandidate({
    backend: 'cpu',
    module: null,
    through: '@tensorflow/tfjs-backend-cpu',
    packages: [],
    serves: always,
    promises: never
  })
]
