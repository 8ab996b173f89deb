import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { Vector } from '../../../vector/vector.ts'
import type { ConvKernels } from '../../wasm/conv-kernels.ts'
import { MODULE as CONV } from '../../wasm/conv-module.ts'
import { instance, type Memory } from '../../wasm/instance.ts'
import { GEMM_SCRATCH, type Kernels } from '../../wasm/kernels.ts'
import { MODULE as NN } from '../../wasm/module.ts'

type Pointer = number

/** What lies behind tfjs's backend: an Emscripten module, which no interface promises. */
interface Emscripten {
  readonly asm: { readonly memory: Memory }
  readonly HEAPU8: Uint8Array
  _malloc(bytes: number): Pointer
  _free(at: Pointer): void
}

const FLOAT = 4

/**
 * Our kernels in the memory of tfjs's wasm backend, where its tensors lie already: nothing is copied.
 * The modules have neither data nor a stack of their own, so that they disturb nothing there.
 */
export class Heap {
  readonly kernels: Kernels
  readonly conv: ConvKernels
  /** Of GEMM_SCRATCH elements. */
  readonly packed: Pointer
  readonly #backend: BackendWasm
  readonly #emscripten: Emscripten
  readonly #parts = new Map<string, { readonly at: Pointer; readonly elements: number }>()

  /** Throws where the backend is not as 4.22 has it, or the processor lacks an instruction. */
  constructor(backend: BackendWasm) {
    const emscripten = backend.wasm as unknown as Emscripten
    const { memory } = emscripten.asm
    if (emscripten.HEAPU8.buffer !== memory.buffer) throw new Error('it has another memory')
    this.#backend = backend
    this.#emscripten = emscripten
    this.kernels = instance(NN, memory) as Kernels
    this.conv = instance(CONV, memory) as ConvKernels
    this.packed = this.scratch('packed', GEMM_SCRATCH)
  }

  /** Of a tensor's first element. */
  at({ dataId }: TensorInfo): Pointer {
    return this.#backend.getMemoryOffset(dataId)
  }

  /** A new tensor, of no values yet. */
  make(shape: readonly number[]): TensorInfo {
    return this.#backend.makeOutput([...shape], 'float32')
  }

  /** So many elements; a view, good until something is allocated. */
  view(at: Pointer, elements: number): Vector {
    return new Float32Array(this.#emscripten.HEAPU8.buffer as ArrayBuffer, at, elements)
  }

  /** Memory for one kernel's own use, kept for its next; zero when it is new. */
  scratch(part: string, elements: number): Pointer {
    const known = this.#parts.get(part)
    if (known !== undefined && known.elements >= elements) return known.at
    if (known !== undefined) this.#emscripten._free(known.at)
    this.#parts.delete(part)
    const at = this.#emscripten._malloc(FLOAT * elements) >>> 0
    if (at === 0) throw new RangeError(`WebAssembly has no ${FLOAT * elements} bytes left`)
    this.#emscripten.HEAPU8.fill(0, at, at + FLOAT * elements)
    this.#parts.set(part, { at, elements })
    return at
  }
}
