/**
 * A manifest on its way between strangers: with its creator's signature, in the one form that its hash is
 * of. Data, never code, and never believed before it has been looked at.
 */
import { decode, encode } from '@ipld/dag-cbor'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { z } from 'zod'
import type { Problem } from '../errors.ts'
import { cborRule } from './cbor-limits.ts'
import { cidOf } from './cid.ts'
import { jsonRule } from './json-limits.ts'
import { type Manifest, manifestHash, manifestSchema } from './manifest.ts'
import { check } from './problems.ts'
import type { Recipe } from './recipe.ts'
import { bytesSchema, digestOf, type SignedClaim } from './signed.ts'

export const ENVELOPE_FORMAT = 'swarmgrad/manifest/1'
export const MAX_ENVELOPE_BYTES = 2 << 20
/** Keys count, too; within it what jsonRule allows. */
const LIMITS = { values: 300_000, depth: 32 }

const envelopeSchema = z.strictObject({
  format: z.literal(ENVELOPE_FORMAT),
  manifest: z.record(z.string(), z.unknown()),
  signature: bytesSchema(64)
})

/** A manifest as its creator has signed it. */
export interface SignedManifest {
  readonly manifest: Manifest & { readonly creator: string }
  /** Of the manifest; 64 hexadecimal digits. */
  readonly hash: string
  /** 64 bytes. */
  readonly signature: Uint8Array<ArrayBuffer>
}

/** What the options of a strategy may be: src/strategy/strategy-problems.ts knows. */
export interface StrategyRules {
  problems(strategy: Recipe['strategy']): readonly Problem[]
  withDefaults(strategy: Recipe['strategy']): Recipe['strategy']
}

/** An envelope that has been looked at, but for the signature. */
export interface Opened {
  readonly signed: SignedManifest | null
  readonly problems: readonly Problem[]
  /**
   * Whose fault the problems are. source: another may have a good one; manifest: it is the one asked for,
   * and nobody has a better one.
   */
  readonly fault: 'source' | 'manifest' | null
}

/** What the creator signs. `hash`: of the manifest, hexadecimal. */
export const manifestDigest = (hash: string): Uint8Array<ArrayBuffer> =>
  digestOf(ENVELOPE_FORMAT, hexToBytes(hash))

export const claimOf = ({ manifest, hash, signature }: SignedManifest): SignedClaim => ({
  signer: manifest.creator,
  digest: manifestDigest(hash),
  signature
})

export const encodeEnvelope = (manifest: Manifest, signature: Uint8Array): Uint8Array =>
  encode({ format: ENVELOPE_FORMAT, manifest, signature })

const wrong = (path: string, rule: string, remedy = 'ask another member for it'): Problem => ({
  path,
  rule,
  remedy
})

const refused = (fault: 'source' | 'manifest', ...problems: readonly Problem[]): Opened => ({
  signed: null,
  problems,
  fault
})

const isSame = (a: Uint8Array, b: Uint8Array): boolean =>
  a.byteLength === b.byteLength && a.every((byte, index) => byte === b[index])

/** The document in dag-cbor; a text: the rule that the bytes break. */
const decoded = (bytes: Uint8Array): { readonly document: unknown } | string => {
  if (bytes.byteLength > MAX_ENVELOPE_BYTES) {
    return `has ${bytes.byteLength} bytes, more than the ${MAX_ENVELOPE_BYTES} that are allowed`
  }
  const rule = cborRule(bytes, LIMITS)
  if (rule !== null) return rule
  try {
    const document: unknown = decode(bytes)
    if (!isSame(encode(document), bytes)) return 'is no canonical dag-cbor'
    return jsonRule(document) ?? { document }
  } catch {
    return 'is no dag-cbor'
  }
}

/** What is wrong with a manifest whose hash is the right one: its creator's slip, or a newer program's. */
const manifestProblems = (
  raw: Readonly<Record<string, unknown>>,
  hash: string,
  strategies: StrategyRules
): { readonly manifest: Manifest | null; readonly problems: readonly Problem[] } => {
  const { data, problems } = check(manifestSchema, raw, ['manifest'])
  if (data === null) return { manifest: null, problems }
  const found = strategies
    .problems(data.strategy)
    .map(({ path, ...rest }) => ({ path: `manifest.${path}`, ...rest }))
  if (found.length > 0) return { manifest: null, problems: found }
  const whole = { ...data, strategy: strategies.withDefaults(data.strategy) }
  // Whoever fills in defaults would be in another swarm.
  if (manifestHash(whole) !== hash) {
    const rule = 'leaves out what has a default, so that its hash is not that of the swarm'
    const remedy = 'its creator has to make it with swarmgrad swarm create'
    return { manifest: null, problems: [wrong('manifest', rule, remedy)] }
  }
  return { manifest: whole, problems: [] }
}

/**
 * What is in an envelope, if it may be dealt with: everything is checked but the signature (`claimOf`).
 * `expected`: the hash that was asked for; null: any. Never throws.
 */
export const openEnvelope = (
  bytes: Uint8Array,
  expected: string | null,
  strategies: StrategyRules
): Opened => {
  const found = decoded(bytes)
  if (typeof found === 'string') return refused('source', wrong('envelope', found))
  const { data, problems } = check(envelopeSchema, found.document)
  if (data === null) return refused('source', ...problems)
  const hash = bytesToHex(sha256(encode(data.manifest)))
  if (expected !== null && hash !== expected) {
    const rule = `is another one: ${cidOf(hash)}`
    return refused('source', wrong('manifest', rule))
  }
  const checked = manifestProblems(data.manifest, hash, strategies)
  if (checked.manifest === null) return refused('manifest', ...checked.problems)
  const { creator } = checked.manifest
  if (creator === undefined) {
    const rule = 'missing: nobody stands for this manifest'
    return refused('manifest', wrong('manifest.creator', rule, 'its creator has to sign it'))
  }
  const manifest = { ...checked.manifest, creator }
  return { signed: { manifest, hash, signature: data.signature }, problems: [], fault: null }
}
