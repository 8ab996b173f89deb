import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Where fetched files are kept: SWARMGRAD_CACHE, else XDG_CACHE_HOME/swarmgrad, else
 * ~/.cache/swarmgrad. A relative XDG_CACHE_HOME does not count (XDG Base Directory Specification).
 */
export const cacheFolder = (environment: Environment = process.env, home = homedir()): string => {
  const { SWARMGRAD_CACHE: own, XDG_CACHE_HOME: shared } = environment
  if (own) return resolve(own)
  if (shared && isAbsolute(shared)) return join(shared, 'swarmgrad')
  return join(home, '.cache', 'swarmgrad')
}
