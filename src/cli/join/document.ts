/** The document of a peer that joins: what it was, and what link and flags change about it. */
import { resolve } from 'node:path'
import { InvalidInputError, type Problem } from '../../errors.ts'
import { type PeerConfig, parsePeerConfig } from '../../peer/config.ts'
import { freePorts } from '../../simulation/live/ports.ts'
import { toBase64url } from '../../swarm/base64url.ts'
import type { SignedManifest } from '../../swarm/envelope.ts'
import type { JoinFlags } from '../commands/join.ts'
import { applyOverrides } from '../overrides.ts'
import type { ConfigDocument } from './place.ts'

export interface Joining {
  readonly signed: SignedManifest
  /** Of the link. */
  readonly peers: readonly string[]
  readonly invite: string | null
  /** Of an earlier join; null: this is the first. */
  readonly before: ConfigDocument | null
}

/** A peer that listens elsewhere every time is found by nobody who knew it. */
const listenOn = async ({ before }: Joining, flags: JoinFlags): Promise<readonly string[]> => {
  if (flags.listen !== undefined) return flags.listen
  const kept = before?.['listen']
  return Array.isArray(kept) ? kept : [`/ip4/0.0.0.0/tcp/${(await freePorts(1))[0]}`]
}

const listOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value : [])

const whatIsGiven = (flags: JoinFlags): ConfigDocument => ({
  ...(flags.data === undefined ? {} : { data: { path: resolve(flags.data) } }),
  ...(flags.trainer === undefined ? {} : { trainer: resolve(flags.trainer) }),
  ...(flags.role === undefined ? {} : { role: flags.role }),
  ...(flags.backend === undefined ? {} : { backend: flags.backend }),
  ...(flags.outboundOnly === true ? { reach: { mode: 'outbound' } } : {})
})

/** Addresses of old links are worth less than those of the newest. */
const MAX_BOOTSTRAP = 32

/** Data that nobody has to bring. */
const AT_HAND: readonly string[] = ['glyphs', 'none']

const missing = ({ manifest, data, trainer }: PeerConfig): readonly Problem[] => {
  const problems: Problem[] = []
  const { sharing, model } = manifest
  const { name } = manifest.data
  const isListed = sharing?.kind === 'public' && sharing.files.length > 0
  if (sharing !== undefined && data.path === null && !isListed && !AT_HAND.includes(name)) {
    const what =
      sharing?.kind === 'public'
        ? 'the files of this swarm are listed nowhere, and you bring them'
        : 'in this swarm everybody trains on their own data, which stay where they are'
    problems.push({
      path: '--data',
      rule: `missing: ${what} (${name})`,
      remedy: 'give the path of yours with --data (docs/data.md says what they look like)'
    })
  }
  if (model.name === 'custom' && trainer === null) {
    problems.push({
      path: '--trainer',
      rule: `missing: the model is of a program of its own, ${model.program}, and a manifest holds no code`,
      remedy: 'get the module from whoever made the swarm, and give its path with --trainer'
    })
  }
  return problems
}

/** @throws InvalidInputError with everything that is wrong with flags, link and what was there before */
export const documentFor = async (joining: Joining, flags: JoinFlags): Promise<ConfigDocument> => {
  const { signed, peers, invite, before } = joining
  const whole = {
    state: '.',
    ...before,
    ...whatIsGiven(flags),
    listen: await listenOn(joining, flags),
    bootstrap: [...new Set([...peers, ...listOf(before?.['bootstrap'])])].slice(0, MAX_BOOTSTRAP),
    ...(invite === null ? {} : { invite }),
    signature: toBase64url(signed.signature),
    manifest: signed.manifest
  }
  const { document, problems } = applyOverrides(whole, flags.set ?? [])
  if (problems.length > 0) throw new InvalidInputError(problems)
  const config = parsePeerConfig(document)
  const lacking = missing(config)
  if (lacking.length > 0) throw new InvalidInputError(lacking)
  return document as ConfigDocument
}
