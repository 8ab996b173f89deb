import { type ChildProcess, spawn } from 'node:child_process'
import { watch } from 'node:fs'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve, sep } from 'node:path'
import type { ExecutionContext } from 'ava'

export const ROOT = resolve(import.meta.dirname, '../..')
export const PROGRAM = join(ROOT, 'src/cli/swarmgrad.js')

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly child: ChildProcess
  readonly exit: Promise<Exit>
}

const children = new Set<ChildProcess>()

// How the test runner ends a file that takes too long: teardowns are not run then.
process.once('SIGTERM', () => {
  for (const child of children) child.kill('SIGKILL')
  process.kill(process.pid, 'SIGTERM')
})

interface Surroundings {
  readonly cwd?: string
  /** Beside those of this process. */
  readonly env?: NodeJS.ProcessEnv
}

/** Starts `swarmgrad` as a user would; the test's end kills it if it still runs. */
export const startProgram = (
  t: ExecutionContext,
  args: readonly string[],
  { cwd = ROOT, env = {} }: Surroundings = {}
): Running => {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env }
  })
  children.add(child)
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (text: Buffer) => {
    stdout += text.toString()
  })
  child.stderr.on('data', (text: Buffer) => {
    stderr += text.toString()
  })
  t.teardown(() => void child.kill('SIGKILL'))
  const exit = new Promise<Exit>((done) => {
    child.once('close', (code, signal) => {
      children.delete(child)
      done({ code, signal, stdout, stderr })
    })
  })
  return { child, exit }
}

/** A folder that is gone after the test. */
export const temporaryFolder = async (t: ExecutionContext): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'swarmgrad-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** What `look` finds, once that is not null; it looks again whenever something changes in this folder. */
const onceIn = <T>(folder: string, look: () => Promise<T | null>): Promise<T> =>
  new Promise((done) => {
    const again = async (): Promise<void> => {
      const found = await look()
      if (found === null) return
      watcher.close()
      done(found)
    }
    const watcher = watch(folder, () => void again())
    void again()
  })

/**
 * The text of a file below `root` once it satisfies `enough`. One folder after the other: a watch of all
 * below one, as Node has it on Linux, may miss what is made while it looks around.
 */
export const fileOnce = async (
  path: string,
  root: string,
  enough: (text: string) => boolean
): Promise<string> => {
  let folder = root
  while (folder !== dirname(path)) {
    const inner = join(folder, relative(folder, path).split(sep)[0]!)
    folder = await onceIn(folder, () =>
      stat(inner).then(
        () => inner,
        () => null
      )
    )
  }
  return onceIn(folder, async () => {
    const text = await readFile(path, 'utf8').catch(() => '')
    return enough(text) ? text : null
  })
}
