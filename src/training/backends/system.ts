import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { arch, platform } from 'node:os'
import { promisify } from 'node:util'

/** What can be asked about a machine. Nothing here throws: what is not there is null or empty. */
export interface System {
  readonly platform: NodeJS.Platform
  readonly arch: string
  /** A file's text. */
  read(path: string): Promise<string | null>
  /** Names in a folder, in order. */
  list(folder: string): Promise<readonly string[]>
  /** What a program prints, given a few seconds; null where it is missing or fails. */
  run(program: string, args: readonly string[]): Promise<string | null>
}

const PATIENCE = 10_000 // milliseconds: nvidia-smi takes a few seconds where no daemon keeps the driver awake

const execute = promisify(execFile)

export const thisSystem: System = {
  platform: platform(),
  arch: arch(),
  read: (path) => readFile(path, 'utf8').catch(() => null),
  list: (folder) =>
    readdir(folder).then(
      (names) => names.sort(),
      () => []
    ),
  run: (program, args) =>
    execute(program, args, { timeout: PATIENCE, windowsHide: true }).then(
      ({ stdout }) => stdout,
      () => null
    )
}
