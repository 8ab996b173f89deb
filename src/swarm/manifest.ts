import { encode } from '@ipld/dag-cbor'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { z } from 'zod'
import { admissionSchema, peerIdSchema } from './admission.ts'
import { nameSchema, type Recipe, recipeShape } from './recipe.ts'
import { sharingSchema } from './sharing.ts'

/** What all peers of a swarm agree on. Immutable: another manifest is another swarm. */
export const manifestSchema = z.strictObject({
  name: nameSchema,
  /** Into how many parts the training data is split; every peer trains on one of them. */
  shards: z.int().min(1).max(100_000),
  /** Layout hash of the model (src/vector/layout.ts), so that a peer with other code is noticed. */
  layout: z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits'),
  /**
   * Of the replica that all begin with, where it comes from a file: SHA-256 of its float32 values in
   * layout order, little-endian.
   */
  initial: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits')
    .optional(),
  /** Of the model, as its maker says: held against the layout, for whoever has no data to know it by. */
  parameters: z
    .int()
    .min(1)
    .max(2 ** 32)
    .optional(),
  /** Peer id of whoever made and signed it; a swarm without one is its configs' own affair. */
  creator: peerIdSchema.optional(),
  /** Who may be a member. @default open */
  admission: admissionSchema.optional(),
  /** Where the rows that are trained on come from. @default every peer is told its shard by its config */
  sharing: sharingSchema.optional(),
  /** The moment at which the run ends, whatever has been trained until then: milliseconds since 1970. */
  ends: z.int().min(0).optional(),
  ...recipeShape
})

export type Manifest = z.output<typeof manifestSchema>

/** SHA-256 of the manifest's dag-cbor form, hexadecimal. */
export const manifestHash = (manifest: Manifest): string => bytesToHex(sha256(encode(manifest)))

/** The part of a manifest that says what is trained and how. */
export const recipeOf = (manifest: Manifest): Recipe => {
  const {
    name: _name,
    shards: _shards,
    layout: _layout,
    initial: _initial,
    parameters: _parameters,
    creator: _creator,
    admission: _admission,
    sharing: _sharing,
    ends: _ends,
    ...recipe
  } = manifest
  return recipe
}
