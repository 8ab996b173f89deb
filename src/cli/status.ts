/** `swarmgrad status`: what a running peer says of itself over its control socket. */
import { setTimeout as sleep } from 'node:timers/promises'
import { InvalidInputError, RunFailedError } from '../errors.ts'
import type { PeerStatus } from '../peer/monitor/status.ts'
import type { StatusFlags } from './commands/status.ts'
import { askPeer } from './control-client.ts'
import { paintFor } from './paint.ts'
import { loadPeerConfig } from './peer-config.ts'
import { harmless } from './print-error.ts'
import { statusText } from './status-text.ts'

const EVERY_MS = 1000
const DEFAULT_STATE = 'state'
const CLEAR = '\x1b[H\x1b[J'

const stateOf = async ({ config, state }: StatusFlags): Promise<string> =>
  config === undefined ? (state ?? DEFAULT_STATE) : (await loadPeerConfig(config)).state

/** Null: no peer runs there. */
const ask = async (state: string): Promise<PeerStatus | null> => {
  const body = await askPeer(state, '/status')
  if (body === null) return null
  try {
    const status: unknown = JSON.parse(body.toString())
    if (typeof status === 'object' && status !== null && 'line' in status) {
      return status as PeerStatus
    }
  } catch (error) {
    throw new RunFailedError('the answer of the peer is not JSON', { cause: error })
  }
  throw new RunFailedError('the answer of the peer is no status: is it of another version?')
}

/** Returns whether the peer is healthy. @throws RunFailedError when none runs */
const showOnce = async (state: string, flags: StatusFlags): Promise<boolean> => {
  const found = await ask(state)
  if (found === null) {
    throw new RunFailedError(
      `no peer runs on ${state} (start one with swarmgrad peer --config FILE; --config or --state says which is asked)`
    )
  }
  const screen = flags.watch === true && process.stdout.isTTY === true ? CLEAR : ''
  const text =
    flags.json === true
      ? JSON.stringify(found, null, flags.watch === true ? 0 : 2)
      : harmless(statusText(found))
  process.stdout.write(`${screen}${coloured(text, found, flags)}\n`)
  return found.healthy
}

/** Only the first line: it is green, or red. */
const coloured = (text: string, { healthy }: PeerStatus, { json }: StatusFlags): string => {
  if (json === true) return text
  const [line = '', ...rest] = text.split('\n')
  return [paintFor(process.stdout)(healthy ? 'green' : 'red', line), ...rest].join('\n')
}

export const status = async (flags: StatusFlags): Promise<void> => {
  if (flags.state === '') {
    const remedy = "give the folder that the peer's config names"
    throw new InvalidInputError([{ path: '--state', rule: 'must not be empty', remedy }])
  }
  const state = await stateOf(flags)
  let healthy = await showOnce(state, flags)
  while (flags.watch === true) {
    await sleep(EVERY_MS)
    healthy = await showOnce(state, flags)
  }
  // As monitors expect it: nothing is wrong with the question.
  if (!healthy) process.exitCode = 1
}
