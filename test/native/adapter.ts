import { isInstalled } from './installed.ts'

interface AdapterInfo {
  readonly description: string
  readonly isFallbackAdapter: boolean
}
interface Adapter {
  readonly info: AdapterInfo
}
interface Bindings {
  create(flags: readonly string[]): {
    requestAdapter(options: object): Promise<Adapter | null>
  }
}

const PACKAGES = ['webgpu', '@tensorflow/tfjs-backend-webgpu']

const request = async (): Promise<Adapter | null> => {
  const name: string = PACKAGES[0]!
  const { create } = (await import(name)) as Bindings
  return create([]).requestAdapter({ powerPreference: 'high-performance' })
}

export const adapterInfo = async (): Promise<AdapterInfo> => (await request())!.info

/** Why WebGPU cannot be tested here; null: it can. */
export const missingWebgpu = async (): Promise<string | null> => {
  const missing = PACKAGES.filter((name) => !isInstalled(name))
  const remedy = 'test/native/install-webgpu.sh installs it'
  if (missing.length > 0) return `${missing.join(' and ')} not installed; ${remedy}`
  return (await request()) === null ? `no adapter, not even a software one; ${remedy}` : null
}
