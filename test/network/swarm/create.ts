import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Host } from '../harness/host.ts'
import { type Course, scenarioOf } from './document.ts'
import { runOn } from './program.ts'

/** The file of a signed manifest, made on that host. */
export const createSwarm = async (host: Host, folder: string, course: Course): Promise<string> => {
  const scenario = join(folder, 'scenario.json')
  const file = join(folder, 'hosts.swarm')
  await writeFile(scenario, JSON.stringify(scenarioOf(course)))
  const key = join(folder, 'creator.key')
  await runOn(
    host,
    ['swarm', 'create', '--from', scenario, '--out', file, '--key', key, '--force'],
    folder
  )
  return file
}

/** The link that the user of a peer would give others now. `more`: further addresses to put in. */
export const inviteTo = async (
  host: Host,
  folder: string,
  file: string,
  config: string,
  more: readonly string[]
): Promise<string> => {
  const peers = more.flatMap((address) => ['--peer', address])
  const printed = await runOn(host, ['swarm', 'invite', file, '--config', config, ...peers], folder)
  return printed.trim().replace(/^'|'$/g, '')
}
