import { networkInterfaces } from 'node:os'
import type { OwnNetwork } from './addresses.ts'

/** Of this machine, as they are now. */
export const ownNetworks = (): readonly OwnNetwork[] =>
  Object.values(networkInterfaces()).flatMap((addresses) =>
    (addresses ?? []).flatMap(({ address, cidr }) => {
      const bits = Number(cidr?.split('/')[1])
      return Number.isInteger(bits) ? [{ address, bits }] : []
    })
  )
