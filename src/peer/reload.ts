import { isDeepStrictEqual } from 'node:util'
import type { PeerConfig } from './config.ts'

/** What a running peer can take over, as dotted paths. */
const CHANGEABLE = new Set([
  'budget',
  'peers',
  'bootstrap',
  'schedule',
  'graceSeconds',
  'logLevel',
  'limits.uploadKBps',
  'limits.downloadKBps'
])

const fieldsOf = (config: PeerConfig): ReadonlyMap<string, unknown> => {
  const { limits, ...others } = config
  return new Map([
    ...Object.entries(others),
    ...Object.entries(limits).map(([name, value]) => [`limits.${name}`, value] as const)
  ])
}

/** The config of a running peer that has read another one: what it cannot take over stays. */
export const takenOver = (before: PeerConfig, after: PeerConfig): PeerConfig => {
  const { budget, peers, bootstrap, schedule, graceSeconds, logLevel } = after
  const { uploadKBps, downloadKBps } = after.limits
  const limits = { ...before.limits, uploadKBps, downloadKBps }
  return { ...before, budget, peers, bootstrap, schedule, graceSeconds, logLevel, limits }
}

export interface Changes {
  readonly taken: readonly string[]
  /** These change nothing before a restart. */
  readonly restart: readonly string[]
}

/** What is different in a config that has been read again. */
export const changesOf = (before: PeerConfig, after: PeerConfig): Changes => {
  const old = fieldsOf(before)
  const changed = [...fieldsOf(after)]
    .filter(([name, value]) => !isDeepStrictEqual(value, old.get(name)))
    .map(([name]) => name)
  return {
    taken: changed.filter((name) => CHANGEABLE.has(name)),
    restart: changed.filter((name) => !CHANGEABLE.has(name))
  }
}
