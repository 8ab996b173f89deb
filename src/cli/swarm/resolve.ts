import { type Problem, RunFailedError } from '../../errors.ts'
import { resolveLink } from '../../peer/resolve-link.ts'
import type { SignedManifest } from '../../swarm/envelope.ts'
import { harmless } from '../print-error.ts'
import { readSource } from './source.ts'

/** A swarm that a command was told, looked up and checked. */
export interface Resolved {
  readonly signed: SignedManifest
  /** Addresses of members that the link has. */
  readonly peers: readonly string[]
  /** base64url, of the link. */
  readonly invite: string | null
  /** Where the manifest was had from, for people. */
  readonly from: string
}

const say = (text: string): void => void process.stderr.write(`${harmless(text)}\n`)

/** `address: what happened`, and below what can be done. */
export const sayFailure = ({ path, rule, remedy }: Problem): void =>
  say(`  ${path}\n    ${rule}\n    ${remedy}`)

/**
 * @throws InvalidInputError for a link or a manifest that cannot be used; RunFailedError where nobody has it
 */
export const resolveSource = async (given: string): Promise<Resolved> => {
  const source = await readSource(given)
  if (source.kind === 'file') {
    return { signed: source.signed, peers: [], invite: null, from: `the file ${source.path}` }
  }
  const { peers, invite } = source.link
  const { signal } = new AbortController()
  const found = await resolveLink(source.link, { signal, onFailure: sayFailure })
  if (found !== null) {
    const { signed, address } = found
    return {
      signed,
      peers: [...new Set([address, ...peers])],
      invite,
      from: `the member at ${address}`
    }
  }
  throw new RunFailedError(
    peers.length === 0
      ? 'the link names no address of a member, and nobody on the local network has the manifest'
      : `none of the ${peers.length} addresses of the link has the manifest (above, one by one)`
  )
}
