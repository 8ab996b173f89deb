import type { Connection } from '@libp2p/interface'
import { InvalidInputError, type Problem } from '../../errors.ts'
import type { Milliseconds } from '../../strategy/strategy.ts'
import type { SignedManifest } from '../../swarm/envelope.ts'
import { createProbeNode, type ProbeNode, STEP } from '../probe/probe-node.ts'
import { reachAddress } from '../probe/reach-address.ts'
import { askManifest, ManifestError } from './ask-manifest.ts'

/** Sources that are asked at a time. */
const AT_A_TIME = 3

const NEXT = 'another address will do as well; ask whoever sent the link for a new one if none does'

export interface Fetching {
  readonly signal?: AbortSignal
  /** Told as it happens: `path` is the address. */
  readonly onFailure?: (failure: Problem) => void
  /** For each step of a call, and for the manifest of one source. @default 10 s */
  readonly step?: Milliseconds
}

export interface Fetched {
  readonly signed: SignedManifest
  /** Where it came from. */
  readonly address: string
}

const never = new AbortController().signal

/** A manifest, or why there is none. @throws InvalidInputError when the manifest itself is to blame */
const fetchFrom = async (
  node: ProbeNode,
  address: string,
  cid: string,
  step: Milliseconds,
  signal: AbortSignal
): Promise<SignedManifest | Problem> => {
  const { connection, failure } = await reachAddress(node, address, step, signal)
  if (failure !== null) return { path: address, rule: failure.said, remedy: failure.advice }
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(step)])
    return await askManifest(connection, cid, limit)
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error
    if (error.fault === 'manifest') throw new InvalidInputError(error.problems)
    return { path: address, rule: error.message, remedy: NEXT }
  } finally {
    hangUp(connection)
  }
}

const hangUp = (connection: Connection): void => {
  connection.close().catch(() => connection.abort(new Error('was not closed')))
}

/**
 * The manifest that `cid` names, from the first of the addresses that has it: a few are asked at a time, and
 * whoever lies, stalls or is not there costs no more than its turn. By a libp2p host of its own, without a
 * name that others know.
 *
 * @throws InvalidInputError with one problem for each address, or those of the manifest
 */
export const fetchManifest = async (
  addresses: readonly string[],
  cid: string,
  { signal = never, onFailure = () => {}, step = STEP }: Fetching = {}
): Promise<Fetched> => {
  const node = await createProbeNode()
  const found = new AbortController()
  const either = AbortSignal.any([signal, found.signal])
  const waiting = [...new Set(addresses)]
  const failures: Problem[] = []
  let result: Fetched | null = null
  const work = async (): Promise<void> => {
    for (let address = waiting.shift(); address !== undefined; address = waiting.shift()) {
      const outcome = await fetchFrom(node, address, cid, step, either)
      if (either.aborted) return
      if ('manifest' in outcome) {
        result = { signed: outcome, address }
        found.abort()
        return
      }
      failures.push(outcome)
      onFailure(outcome)
    }
  }
  try {
    await Promise.all(Array.from({ length: AT_A_TIME }, work))
  } finally {
    found.abort()
    await node.stop()
  }
  signal.throwIfAborted()
  if (result !== null) return result
  const rule = 'names no address of a member to ask for the manifest'
  const nobody = { path: 'link', rule, remedy: 'ask whoever sent it for one with addresses' }
  throw new InvalidInputError(failures.length === 0 ? [nobody] : failures)
}
