/** Where a peer that has joined lives: its document and the signed manifest, beside all else that it keeps. */
import { mkdir, readFile, rm, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { InvalidInputError } from '../../errors.ts'
import { verifyEnvelope } from '../../network/door/verify-envelope.ts'
import { writeFileAtomic } from '../../storage/atomic-file.ts'
import { dataFolder } from '../../storage/data-folder.ts'
import { unusable } from '../../storage/disk-error.ts'
import { cidOf } from '../../swarm/cid.ts'
import { encodeEnvelope, MAX_ENVELOPE_BYTES, type SignedManifest } from '../../swarm/envelope.ts'
import { manifestHash } from '../../swarm/manifest.ts'
import { loadPeerConfig } from '../peer-config.ts'
import { readDocument, reasonOf } from '../read-document.ts'

const CONFIG_FILE = 'peer.json'
const MANIFEST_FILE = 'manifest.swarm'
const MAX_CONFIG_MIB = 8
/** Letters of a CID that tell the swarms of one user apart. */
const SHORT = 16

/** A peer's own document, as it stands in the file. */
export type ConfigDocument = Readonly<Record<string, unknown>>

export class Place {
  readonly folder: string

  /** `folder`: null: one of its own for every swarm, in the user's data folder. */
  constructor(folder: string | null, hash: string) {
    this.folder = resolve(folder ?? join(dataFolder(), 'swarms', cidOf(hash).slice(-SHORT)))
  }

  get configFile(): string {
    return join(this.folder, CONFIG_FILE)
  }

  get #manifestFile(): string {
    return join(this.folder, MANIFEST_FILE)
  }

  /**
   * The document of an earlier join; null: this is the first.
   *
   * @throws InvalidInputError where another swarm's peer lives here
   */
  async document(hash: string): Promise<ConfigDocument | null> {
    const there = await stat(this.configFile).catch(() => null)
    if (there === null) return null
    const { manifest } = await loadPeerConfig(this.configFile)
    if (manifestHash(manifest) !== hash) {
      const rule = `holds a peer of another swarm, ${manifest.name}`
      throw unusable(this.folder, rule, 'give another folder with --state')
    }
    return (await readDocument(this.configFile, MAX_CONFIG_MIB)) as ConfigDocument
  }

  /** The manifest that an earlier join has kept; null: there is none, or it is damaged. */
  async manifest(hash: string): Promise<SignedManifest | null> {
    try {
      const { size } = await stat(this.#manifestFile)
      if (size > MAX_ENVELOPE_BYTES) return null
      return (await verifyEnvelope(await readFile(this.#manifestFile), hash)).signed
    } catch {
      return null
    }
  }

  /** What was there before: a document that cannot be used must not be in the way of the next join. */
  async takeBack(before: ConfigDocument | null): Promise<void> {
    if (before === null) await rm(this.configFile, { force: true })
    else await writeFileAtomic(this.configFile, `${JSON.stringify(before, null, 2)}\n`)
  }

  /** @throws InvalidInputError where the folder cannot be written */
  async write({ manifest, signature }: SignedManifest, document: ConfigDocument): Promise<void> {
    try {
      await mkdir(this.folder, { recursive: true })
      await writeFileAtomic(this.#manifestFile, encodeEnvelope(manifest, signature))
      await writeFileAtomic(this.configFile, `${JSON.stringify(document, null, 2)}\n`)
    } catch (error) {
      if (error instanceof InvalidInputError) throw error
      const rule = `cannot be written: ${reasonOf(error)}`
      throw unusable(this.folder, rule, 'give another folder with --state', error)
    }
  }
}
