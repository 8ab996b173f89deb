import type { Gpu } from './gpu.ts'
import type { System } from './system.ts'

/** Where Windows keeps the drivers of display adapters. */
const CLASS =
  'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Class\\{4d36e968-e325-11ce-bfc1-08002be10318}'

/** Screens without a GPU behind them. */
const NO_GPU = /\b(basic|remote|virtual|hyper-v|mirror|indirect)\b/i

/** Every display adapter that has a driver of its own. */
export const findWindowsGpus = async ({ run }: System): Promise<readonly Gpu[]> => {
  const printed = (await run('reg', ['query', CLASS, '/s', '/v', 'DriverDesc'])) ?? ''
  const names = [...printed.matchAll(/^\s*DriverDesc\s+REG_SZ\s+(\S.*?)\s*$/gm)].map(
    ([, it]) => it!
  )
  return [...new Set(names)]
    .filter((name) => !NO_GPU.test(name))
    .map((name) => ({ name, api: 'Direct3D' }))
}
