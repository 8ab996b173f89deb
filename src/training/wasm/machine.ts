import { InvalidInputError } from '../../errors.ts'
import type { Kernels } from './kernels.ts'
import { MODULE } from './module.ts'

export interface Machine {
  readonly kernels: Kernels
  /** The memory that the kernels' pointers point into. */
  readonly floats: Float32Array<ArrayBuffer>
}

/** What is used of WebAssembly; TypeScript has its types among those of the browser only. */
interface Memory {
  readonly buffer: ArrayBuffer
}
declare const WebAssembly: {
  readonly Memory: new (pages: { initial: number; maximum: number }) => Memory
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (
    module: object,
    imports: { env: { memory: Memory } }
  ) => { readonly exports: unknown }
}

const PAGE = 65_536
/** What WebAssembly can address: 4 GiB. */
const MOST_PAGES = 65_536

const refuse = (bytes: number, cause?: unknown): never => {
  const gigabytes = (bytes / 2 ** 30).toPrecision(2)
  const rule = `takes ${gigabytes} GiB with this model, more than a gpt can have`
  const remedy = 'give a smaller batch, or a smaller model'
  throw new InvalidInputError([{ path: 'training.batch', rule, remedy }], { cause })
}

const memoryOf = (bytes: number): Memory => {
  const pages = Math.ceil(bytes / PAGE)
  if (pages > MOST_PAGES) return refuse(bytes)
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages })
  } catch (cause) {
    return refuse(bytes, cause)
  }
}

/** Kernels with a memory of their own. Throws InvalidInputError where there is not so much. */
export const openMachine = (bytes: number): Machine => {
  const memory = memoryOf(bytes)
  const module = new WebAssembly.Module(Buffer.from(MODULE, 'base64'))
  const { exports } = new WebAssembly.Instance(module, { env: { memory } })
  const floats = new Float32Array(memory.buffer)
  return { kernels: exports as Kernels, floats }
}
