import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { ExecutionContext } from 'ava'
import { idx } from '../unit/data/idx-files.ts'

const PROGRAM = resolve(import.meta.dirname, '../../src/cli/swarmgrad.js')

const PIXELS = 28 * 28
const CLASSES = 10

/** Pictures that a model can tell apart: class c has a bright bar in its row 2 c. */
const split = (rows: number): readonly [Buffer, Buffer] => {
  const pixels = new Uint8Array(rows * PIXELS)
  for (let row = 0; row < rows; row++) {
    const start = row * PIXELS + (row % CLASSES) * 2 * 28
    pixels.fill(100 + (row % 97), start, start + 28)
  }
  const labels = Uint8Array.from({ length: rows }, (_, row) => row % CLASSES)
  return [idx([rows, 28, 28], pixels), idx([rows], labels)]
}

/** A small dataset in MNIST's format: reading it takes no time, as making glyphs would. */
export const writeData = async (folder: string): Promise<void> => {
  await mkdir(folder, { recursive: true })
  for (const [stem, rows] of [['train', 400] as const, ['t10k', 100] as const]) {
    const [images, labels] = split(rows)
    await writeFile(join(folder, `${stem}-images-idx3-ubyte`), images)
    await writeFile(join(folder, `${stem}-labels-idx1-ubyte`), labels)
  }
}

/** Four peers for ten rounds, in well under a second. */
export const SCENARIO = {
  name: 'tiny',
  seed: 1,
  mode: 'virtual',
  peers: 4,
  model: { name: 'mlp', hidden: [8] },
  data: { name: 'mnist', path: '../data', partition: { kind: 'dirichlet', alpha: 0.5 } },
  training: { learningRate: 0.1, batch: 8, localSteps: 8, steps: 80 },
  strategy: { name: 'gossip-averaging' },
  compression: { name: 'int4' },
  topology: { name: 'ring' },
  baselines: ['alone'],
  evaluateEvery: 5
}

/** A folder with `tiny/scenario.json` and the data beside it, removed after the test. */
export const createPlace = async (t: ExecutionContext): Promise<string> => {
  const place = await mkdtemp(join(tmpdir(), 'swarmgrad-cli-'))
  t.teardown(() => rm(place, { recursive: true, force: true }))
  await writeData(join(place, 'data'))
  await mkdir(join(place, 'tiny'))
  await writeFile(join(place, 'tiny', 'scenario.json'), JSON.stringify(SCENARIO))
  return place
}

/** Every file below a folder with its content, and every empty folder. */
export const contentsOf = async (folder: string): Promise<Readonly<Record<string, string>>> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const contents = entries.map(async (entry): Promise<[string, string]> => {
    const path = join(entry.parentPath, entry.name)
    return [path, entry.isFile() ? await readFile(path, 'latin1') : '(no file)']
  })
  return Object.fromEntries(await Promise.all(contents))
}

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  /** Resolves when stderr has said this; rejects when it ends without. */
  said(text: string): Promise<void>
}

/** Starts `swarmgrad` as a process of its own; it does not outlive the test. */
export const start = (
  t: ExecutionContext,
  cwd: string,
  args: readonly string[],
  { program = PROGRAM, env = {} }: { program?: string; env?: NodeJS.ProcessEnv } = {}
): Running => {
  const child = spawn(process.execPath, [program, ...args], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env }
  })
  t.teardown(() => child.kill('SIGKILL'))
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const ended = new Promise<Ended>((done, fail) => {
    child.once('error', fail)
    child.once('close', (code) => done({ code, stdout, stderr }))
  })
  const said = (text: string): Promise<void> =>
    new Promise((done, fail) => {
      const look = (): void => {
        if (!stderr.includes(text)) return
        child.stderr.off('data', look)
        done()
      }
      child.stderr.on('data', look)
      child.once('close', () => fail(new Error(`never said '${text}' but:\n${stderr}`)))
      look()
    })
  return { child, ended, said }
}

export const run = (t: ExecutionContext, cwd: string, args: readonly string[]): Promise<Ended> =>
  start(t, cwd, args).ended
