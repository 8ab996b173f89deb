import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { ipTool, runTool } from './tools.ts'

const SOURCE = join(import.meta.dirname, 'delay.c')

/** Makes the device `wan` in the namespace; what is routed into it comes back out of it so much later. */
export const startDelay = async (
  namespace: string,
  milliseconds: number,
  folder: string
): Promise<ChildProcess> => {
  const program = join(folder, 'delay')
  await runTool('cc', ['-O2', '-o', program, SOURCE])
  const args = ['netns', 'exec', namespace, program, 'wan', String(milliseconds)]
  const child = spawn(ipTool(), args, { stdio: ['pipe', 'pipe', 'pipe'] })
  let said = ''
  child.stderr.on('data', (text: Buffer) => {
    said += text
  })
  await new Promise<void>((done, fail) => {
    child.stdout.once('data', () => done())
    child.once('exit', (code) => fail(new Error(`the delay has ended with ${code}: ${said}`)))
  })
  return child
}
