/** The programs of the system that make hosts out of namespaces. */
import { execFile } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'

/** Not by PATH: the scripts of a package put node_modules/.bin first, where something else is called nft. */
const FOLDERS = ['/usr/sbin', '/sbin', '/usr/bin', '/bin', '/usr/local/sbin', '/usr/local/bin']

export const find = (program: string): string | null => {
  for (const folder of FOLDERS) {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return join(folder, program)
    } catch {
      // Not in this folder.
    }
  }
  return null
}

/** @throws Error where there is none; `whatIsMissing` says so before. */
const locate = (program: string): string => {
  const path = find(program)
  if (path === null) throw new Error(`there is no ${program}`)
  return path
}

/** What the program prints; `input` goes to its stdin. Rejects, with what it says, where it fails. */
export const runTool = (
  program: string,
  args: readonly string[],
  input: string | null = null
): Promise<string> =>
  new Promise((done, fail) => {
    const child = execFile(
      locate(program),
      args,
      { maxBuffer: 16 << 20 },
      (error, stdout, stderr) => {
        if (error === null) done(stdout)
        else fail(new Error(`${program} ${args.join(' ')}: ${stderr || error.message}`))
      }
    )
    // A program that ends before it has read all says why with its exit.
    child.stdin?.once('error', () => {})
    child.stdin?.end(input ?? '')
  })

export const ipTool = (): string => locate('ip')
