/** A graphics processor of this machine. */
export interface Gpu {
  readonly name: string
  /** By what WebGPU would reach it; null where a driver for that is missing. */
  readonly api: 'Vulkan' | 'Metal' | 'Direct3D' | null
}
