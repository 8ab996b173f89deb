import type { ChildProcess } from 'node:child_process'
import { type Exit, PROGRAM, type Running } from '../../helpers/program.ts'
import type { Host } from '../harness/host.ts'

/** Starts `swarmgrad` on a host. Its folders are apart from those of this machine's user. */
export const startOn = (host: Host, args: readonly string[], folder: string): Running => {
  const child: ChildProcess = host.spawn(process.execPath, [PROGRAM, ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CACHE_HOME: folder }
  })
  let stdout = ''
  let stderr = ''
  child.stdout!.on('data', (text: Buffer) => {
    stdout += text
  })
  child.stderr!.on('data', (text: Buffer) => {
    stderr += text
  })
  const exit = new Promise<Exit>((done) => {
    child.once('close', (code, signal) => done({ code, signal, stdout, stderr }))
  })
  return { child, exit }
}

/** What it prints; rejects, with what it says, unless it succeeds. */
export const runOn = async (
  host: Host,
  args: readonly string[],
  folder: string
): Promise<string> => {
  const { code, signal, stdout, stderr } = await startOn(host, args, folder).exit
  if (code === 0) return stdout
  throw new Error(`swarmgrad ${args.join(' ')} ended with ${code ?? signal}: ${stderr}`)
}
