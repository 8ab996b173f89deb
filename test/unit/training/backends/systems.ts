import type { System } from '../../../../src/training/backends/system.ts'

interface Parts {
  readonly platform?: NodeJS.Platform
  readonly arch?: string
  /** By path. */
  readonly files?: Readonly<Record<string, string>>
  /** What programs print, by their name. */
  readonly programs?: Readonly<Record<string, string>>
}

/** A machine that is made of a few files. */
export const systemOf = ({
  platform = 'linux',
  arch = 'x64',
  files = {},
  programs = {}
}: Parts): System => ({
  platform,
  arch,
  read: async (path) => files[path] ?? null,
  list: async (folder) => {
    const below = Object.keys(files).filter((path) => path.startsWith(`${folder}/`))
    return [...new Set(below.map((path) => path.slice(folder.length + 1).split('/')[0]!))].sort()
  },
  run: async (program) => programs[program] ?? null
})

const VERSION =
  'NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  Tue Mar  5 22:23:56 UTC 2024\nGCC version:  gcc\n'

/** A Linux machine with one of NVIDIA's GPUs. */
export const nvidiaSystem = (files: Readonly<Record<string, string>> = {}): System =>
  systemOf({
    files: {
      '/proc/driver/nvidia/version': VERSION,
      '/proc/driver/nvidia/gpus/0000:01:00.0/information':
        'Model: \t\t NVIDIA GeForce RTX 4090\nIRQ:   \t\t 168\nBus Type: \t PCIe\n',
      ...files
    }
  })

export const amdSystem = (files: Readonly<Record<string, string>> = {}): System =>
  systemOf({
    files: { '/sys/class/drm/renderD128/device/vendor': '0x1002\n', ...files }
  })

export const ICD = '/usr/share/vulkan/icd.d'
