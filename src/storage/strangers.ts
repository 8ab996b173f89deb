import { readdir } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { checkpointsOf, recordsOf, type StateOwner } from './state-names.ts'

/**
 * Ends of the names of other peers that have kept something of this swarm in `folder`, where `owner` has
 * not yet: whose key may be the wrong one. Before anything is made there for the owner. Never throws.
 */
export const strangersIn = async (
  folder: string,
  owner: StateOwner
): Promise<readonly string[]> => {
  const places = [checkpointsOf(folder, owner), recordsOf(folder, owner)]
  const found = await Promise.all(
    places.map((place) => readdir(dirname(place)).catch((): string[] => []))
  )
  const own = basename(places[0]!)
  const names = new Set(found.flat())
  if (names.has(own)) return []
  const [manifest] = own.split('-')
  return [...names]
    .filter((name) => name.startsWith(`${manifest}-`))
    .map((name) => name.slice(manifest!.length + 1))
}
