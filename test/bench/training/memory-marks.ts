/**
 * What a process holds on to. Imported before anything that makes memories: those of WebAssembly are
 * counted from then on.
 */

import { setImmediate } from 'node:timers/promises'
import { getHeapSpaceStatistics, type HeapSpaceInfo } from 'node:v8'

/** Bytes and tensors after a collection of garbage; null where tfjs has not been loaded. */
export interface MemoryMark {
  /** Of V8's heap without its code. */
  readonly heap: number
  /** Compiled code and what belongs to it: V8 goes on compiling for thousands of steps. */
  readonly code: number
  readonly arrayBuffers: number
  readonly wasm: number
  readonly tensors: number | null
}

interface WasmMemory {
  readonly buffer: ArrayBuffer
}

/** What tfjs-core keeps of itself, for the case that it is loaded twice. */
interface TensorEngine {
  memory(): { readonly numTensors: number }
  readonly backend: { readonly wasm?: { readonly HEAPU8: Uint8Array } }
}

const scope = globalThis as unknown as {
  readonly gc: () => void
  readonly WebAssembly: { Memory: new (...args: never[]) => WasmMemory }
  readonly _tfengine?: TensorEngine
}

const memories: WasmMemory[] = []
scope.WebAssembly.Memory = new Proxy(scope.WebAssembly.Memory, {
  construct: (target, args) => {
    const memory: WasmMemory = Reflect.construct(target, args)
    memories.push(memory)
    return memory
  }
})

const usedIn = (spaces: readonly HeapSpaceInfo[]): number =>
  spaces.reduce((bytes, { space_used_size: used }) => bytes + used, 0)

/** In a process that was started with --expose-gc. */
export const markMemory = async (): Promise<MemoryMark> => {
  // Twice, with what was waiting in between: array buffers are freed behind a collection's back.
  for (let i = 0; i < 2; i++) {
    await setImmediate()
    scope.gc()
  }
  const { arrayBuffers } = process.memoryUsage()
  const spaces = getHeapSpaceStatistics()
  const code = spaces.filter(({ space_name: name }) => /^(code|trusted)/.test(name))
  const rest = spaces.filter((space) => !code.includes(space))
  const own = memories.reduce((bytes, { buffer }) => bytes + buffer.byteLength, 0)
  const engine = scope._tfengine
  return {
    heap: usedIn(rest),
    code: usedIn(code),
    arrayBuffers,
    wasm: own + (engine?.backend.wasm?.HEAPU8.byteLength ?? 0),
    tensors: engine?.memory().numTensors ?? null
  }
}
