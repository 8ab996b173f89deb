import type { Gpu } from './gpu.ts'
import { findLinuxGpus } from './linux-gpus.ts'
import { findNvidia, type Nvidia } from './nvidia.ts'
import type { System } from './system.ts'
import { findWindowsGpus } from './windows-gpus.ts'

/** What a machine has beside its CPU. */
export interface Hardware {
  readonly platform: NodeJS.Platform
  readonly arch: string
  /** CUDA's driver; null without. */
  readonly nvidia: Nvidia | null
  readonly gpus: readonly Gpu[]
}

const gpusOf = async (system: System, nvidia: Nvidia | null): Promise<readonly Gpu[]> => {
  switch (system.platform) {
    case 'linux':
      return findLinuxGpus(system, nvidia)
    case 'darwin':
      return [{ name: 'the GPU of this Mac', api: 'Metal' }]
    case 'win32':
      return findWindowsGpus(system)
    default:
      return []
  }
}

/** Looks at files of the system, and asks a program or two where there are none. */
export const findHardware = async (system: System): Promise<Hardware> => {
  const { platform, arch } = system
  const nvidia = await findNvidia(system)
  return { platform, arch, nvidia, gpus: await gpusOf(system, nvidia) }
}
