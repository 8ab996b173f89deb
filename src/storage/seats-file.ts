/**
 * Who came by which invite (src/swarm/passes.ts), over restarts: an invite for three must not let in three
 * more each time that a member starts.
 */
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { peerIdSchema } from '../swarm/admission.ts'
import type { Seat } from '../swarm/passes.ts'
import { writeFileAtomic } from './atomic-file.ts'
import { codeOf } from './disk-error.ts'

const SEATS_FILE = 'seats.json'
const PRIVATE = 0o600
const FORMAT = 'swarmgrad/seats/1'
/** 100,000 seats and more. */
const MAX_BYTES = 16 << 20

const seatsSchema = z.strictObject({
  format: z.literal(FORMAT),
  manifest: z.string(),
  seats: z.array(z.strictObject({ key: z.string().regex(/^[0-9a-f]{64}$/), peer: peerIdSchema }))
})

interface Read {
  readonly seats: readonly Seat[]
  /** What the operator should read. */
  readonly notice: string | null
}

const read = async (path: string, manifest: string): Promise<Read> => {
  const damaged = `${path} is damaged: those who came by invites have to show them again`
  try {
    const { size } = await stat(path)
    if (size > MAX_BYTES) return { seats: [], notice: damaged }
    const { data } = seatsSchema.safeParse(JSON.parse(await readFile(path, 'utf8')))
    if (data === undefined) return { seats: [], notice: damaged }
    return { seats: data.manifest === manifest ? data.seats : [], notice: null }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { seats: [], notice: null }
    return { seats: [], notice: damaged }
  }
}

/** What Admissions has of them. */
interface Held {
  readonly seats: readonly Seat[]
  readonly revision: number
}

export class SeatsFile {
  readonly #path: string
  readonly #manifest: string
  #revision = 0
  #troubled = false
  #saving: Promise<string | null> = Promise.resolve(null)

  private constructor(path: string, manifest: string) {
    this.#path = path
    this.#manifest = manifest
  }

  /** Never rejects. `manifest`: its hash; the seats of another swarm count for nothing. */
  static async open(
    folder: string,
    manifest: string
  ): Promise<Read & { readonly file: SeatsFile }> {
    const path = join(folder, SEATS_FILE)
    return { ...(await read(path, manifest)), file: new SeatsFile(path, manifest) }
  }

  /**
   * Writes them where `revision` has changed. Never rejects: says what is wrong the first time that it goes
   * wrong, else null.
   */
  save(held: Held): Promise<string | null> {
    this.#saving = this.#saving.then(() => this.#save(held))
    return this.#saving
  }

  async #save(held: Held): Promise<string | null> {
    const { revision } = held
    if (revision === this.#revision) return null
    try {
      const { seats } = held
      const document = { format: FORMAT, manifest: this.#manifest, seats }
      await writeFileAtomic(this.#path, `${JSON.stringify(document)}\n`, PRIVATE)
      this.#revision = revision
      this.#troubled = false
      return null
    } catch (error) {
      if (this.#troubled) return null
      this.#troubled = true
      return (
        `${this.#path} cannot be written (${codeOf(error)}): who came by an invite is not remembered ` +
        'after a restart; make room, or let this user write there'
      )
    }
  }
}
