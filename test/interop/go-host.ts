/** The program in go/, built once, and one run of it for each host. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import type { ExecutionContext } from 'ava'

const SOURCE = join(import.meta.dirname, 'go')

interface Built {
  readonly program: string
  readonly remove: () => Promise<void>
}

/** The program's file, or the reason why it cannot be had here. */
export const buildGoHost = async (): Promise<Built | { readonly reason: string }> => {
  const go = promisify(execFile)
  try {
    await go('go', ['version'])
  } catch (error) {
    return { reason: `no Go here: ${(error as Error).message}` }
  }
  try {
    await go('go', ['mod', 'download'], { cwd: SOURCE, timeout: 300_000 })
  } catch (error) {
    return { reason: `go.mod's modules cannot be fetched: ${(error as Error).message}` }
  }
  const folder = await mkdtemp(join(tmpdir(), 'swarmgrad-go-'))
  const program = join(folder, 'host')
  // What does not compile is a mistake of ours.
  await go('go', ['build', '-o', program, '.'], { cwd: SOURCE })
  return { program, remove: () => rm(folder, { recursive: true, force: true }) }
}

export type Said = { readonly event: string } & Readonly<Record<string, unknown>>

export class GoHost {
  readonly #child: ChildProcess
  readonly #said: Said[] = []
  readonly #looks = new Set<() => void>()
  #exit: string | null = null

  /** `flags` as go/main.go has them. */
  constructor(t: ExecutionContext, program: string, flags: Readonly<Record<string, string>>) {
    const args = Object.entries(flags).map(([name, value]) => `-${name}=${value}`)
    this.#child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] })
    createInterface({ input: this.#child.stdout! }).on('line', (line) => {
      this.#said.push(JSON.parse(line) as Said)
      this.#look()
    })
    this.#child.once('close', (code, signal) => {
      this.#exit = `${code ?? signal}`
      this.#look()
    })
    t.teardown(() => void this.#child.kill('SIGKILL'))
  }

  #look(): void {
    for (const look of this.#looks) look()
  }

  /** The first of its events that fits; rejects when something has failed or it has ended without. */
  first(event: string, fits: (said: Said) => boolean = () => true): Promise<Said> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const found = this.#said.find((said) => said.event === event && fits(said))
        const failed = this.#said.find((said) => said.event === 'failed')
        if (found !== undefined) resolve(found)
        else if (failed !== undefined) reject(new Error(`${failed['what']}: ${failed['why']}`))
        else if (this.#exit !== null)
          reject(new Error(`ended with ${this.#exit}, without ${event}`))
        else return
        this.#looks.delete(look)
      }
      this.#looks.add(look)
      look()
    })
  }

  /** Name and addresses under which it can be called. */
  async listening(): Promise<{ peer: string; addresses: readonly string[] }> {
    const { peer, addresses } = await this.first('listening')
    const name = String(peer)
    const told = addresses as readonly string[]
    return { peer: name, addresses: told.map((address) => `${address}/p2p/${name}`) }
  }
}
