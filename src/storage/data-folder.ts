import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * What the user would miss if it were gone, unlike the cache: keys and peers. SWARMGRAD_DATA, else
 * XDG_DATA_HOME/swarmgrad, else ~/.local/share/swarmgrad. A relative XDG_DATA_HOME does not count (XDG
 * Base Directory Specification).
 */
export const dataFolder = (environment: Environment = process.env, home = homedir()): string => {
  const { SWARMGRAD_DATA: own, XDG_DATA_HOME: shared } = environment
  if (own) return resolve(own)
  if (shared && isAbsolute(shared)) return join(shared, 'swarmgrad')
  return join(home, '.local', 'share', 'swarmgrad')
}
