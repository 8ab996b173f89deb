import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { RunFailedError } from '../../../src/errors.ts'
import { type Memory, memoryOf } from './memory.ts'
import { reasonIn } from './reason.ts'
import type { Request } from './requests.ts'

/**
 * Every library that computes with threads of its own takes one, and none is held below what the
 * processor can do: OPENBLAS_CORETYPE=Haswell, say, would cost PyTorch's gpt a quarter of its speed.
 */
const ENVIRONMENT = {
  OMP_NUM_THREADS: '1',
  OPENBLAS_NUM_THREADS: '1',
  MKL_NUM_THREADS: '1',
  TF_NUM_INTEROP_THREADS: '1',
  TF_NUM_INTRAOP_THREADS: '1',
  OPENBLAS_CORETYPE: undefined,
  ATEN_CPU_CAPABILITY: undefined,
  DNNL_MAX_CPU_ISA: undefined
}

const LONGEST_ERROR = 2000

/** A program of its own that holds one model, and the time that may be spent on it. */
export class Contender {
  readonly name: string
  readonly #child: ChildProcessWithoutNullStreams
  readonly #lines: AsyncIterator<string>
  #errors = ''
  #leftMs: number

  /** `limit`: seconds for all of its answers together. */
  constructor(name: string, command: readonly string[], limit: number) {
    this.name = name
    this.#leftMs = 1000 * limit
    const [program = '', ...args] = command
    this.#child = spawn(program, args, { env: { ...process.env, ...ENVIRONMENT } })
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]()
    this.#child.stderr.on('data', (text: Buffer) => {
      this.#errors = (this.#errors + text).slice(-LONGEST_ERROR)
    })
    this.#child.on('error', ({ message }) => {
      this.#errors += message
    })
    // A write to a program that has ended; that it has, the missing answer tells.
    this.#child.stdin.on('error', () => {})
  }

  /** Null once its time is up. Throws RunFailedError where it ends by itself. */
  async ask<T extends object>(request: Request): Promise<T | null> {
    if (this.#leftMs <= 0) return null
    const began = performance.now()
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), this.#leftMs)
    this.#child.stdin.write(`${JSON.stringify(request)}\n`)
    const answer = await this.#answer<T>()
    clearTimeout(timer)
    this.#leftMs -= performance.now() - began
    if (answer !== null) return answer
    if (this.#leftMs <= 0) return null
    throw new RunFailedError(`${this.name} ended: ${reasonIn(this.#errors)}`)
  }

  /** Libraries print to stdout too; answers are the lines that are documents. */
  async #answer<T>(): Promise<T | null> {
    for (;;) {
      const { value, done } = await this.#lines.next()
      if (done === true) return null
      if (value.startsWith('{')) return JSON.parse(value)
    }
  }

  /** Null where it has ended, or the system does not say. */
  memory(): Memory | null {
    return memoryOf(this.#child.pid ?? 0)
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    this.#child.kill('SIGKILL')
    await once(this.#child, 'close')
  }
}
