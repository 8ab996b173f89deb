import { statfs } from 'node:fs/promises'
import { folderBytes } from '../storage/folder-bytes.ts'
import type { Kinds, Strategy } from '../strategy/strategy.ts'
import { wireLimits } from '../wire/limits.ts'
import type { ComputeThread } from './compute-thread.ts'
import type { PeerConfig } from './config.ts'
import { checkDiskLimit, diskParts } from './limits/disk.ts'
import { checkMemoryLimit, memoryParts } from './limits/memory.ts'

/**
 * Holds what this peer will take against its limits and the machine; returns warnings.
 *
 * @throws InvalidInputError that shows the arithmetic
 */
export const checkLimits = async (
  { limits, checkpoint, diagnostics, state }: PeerConfig,
  { manifest, backend, layout, bytes }: ComputeThread,
  strategy: Strategy<Kinds>
): Promise<readonly string[]> => {
  const parameters = layout.length
  const wire = wireLimits(strategy.codec.maxBody)
  const memory = memoryParts({ manifest, backend, parameters, bytes, wire, diagnostics })
  const disk = diskParts({ manifest, parameters, checkpoint, diagnostics })
  const free = await statfs(state).then(
    ({ bavail, bsize }) => bavail * bsize,
    // Some file systems cannot say it.
    () => null
  )
  const warnings = [
    checkMemoryLimit(limits, memory, {
      free: process.availableMemory(),
      taken: process.memoryUsage.rss()
    }),
    checkDiskLimit(limits, disk, { free, taken: await folderBytes(state) })
  ]
  return warnings.filter((warning) => warning !== null)
}
